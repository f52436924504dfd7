-- News by mail (commons/updates). A subscriber's address and link are sealed under the node's key:
-- a copy of this store alone tells nobody's address.
CREATE TABLE updates_subscriber (
  id TEXT NOT NULL PRIMARY KEY,
  address_hash TEXT NOT NULL UNIQUE,
  sealed TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('asked', 'active', 'stopped')),
  frequency TEXT NOT NULL CHECK (frequency IN ('each', 'weekly', 'monthly')),
  language TEXT NOT NULL CHECK (language IN ('en', 'es')),
  format TEXT NOT NULL CHECK (format IN ('html', 'text')),
  neutral INTEGER NOT NULL CHECK (neutral IN (0, 1)),
  created_at INTEGER NOT NULL,
  confirmed_at INTEGER,
  mailed_at INTEGER,
  soft_bounces INTEGER NOT NULL,
  last_bounce_at INTEGER
) STRICT;
CREATE TABLE updates_subscription (
  subscriber_id TEXT NOT NULL REFERENCES updates_subscriber (id) ON DELETE CASCADE,
  topic TEXT NOT NULL,
  PRIMARY KEY (subscriber_id, topic)
) STRICT;
CREATE INDEX updates_subscription_by_topic ON updates_subscription (topic, subscriber_id);

CREATE TABLE updates_issue (
  id TEXT NOT NULL PRIMARY KEY,
  topic TEXT NOT NULL,
  title_en TEXT NOT NULL,
  title_es TEXT NOT NULL,
  body_en TEXT NOT NULL,
  body_es TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'waiting', 'approved', 'published', 'withdrawn')),
  version INTEGER NOT NULL,
  author TEXT NOT NULL,
  approver TEXT,
  send_at INTEGER,
  published_at INTEGER,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX updates_issue_by_state ON updates_issue (state, published_at);

-- One sending: of an issue, or of what a week or month brought. `period` says it once and for ever.
CREATE TABLE updates_mailing (
  id TEXT NOT NULL PRIMARY KEY,
  period TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('issue', 'weekly', 'monthly')),
  issue_id TEXT REFERENCES updates_issue (id),
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  done_at INTEGER
) STRICT;
-- state: 0 waits, 1 handed to a server that cannot be asked again, 2 taken, 3 refused, 4 no longer
-- wanted, 5 came back.
CREATE TABLE updates_delivery (
  mailing_id TEXT NOT NULL REFERENCES updates_mailing (id),
  number INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  state INTEGER NOT NULL,
  PRIMARY KEY (mailing_id, number)
) STRICT;
CREATE UNIQUE INDEX updates_delivery_by_recipient ON updates_delivery (mailing_id, recipient);
CREATE INDEX updates_delivery_by_state ON updates_delivery (mailing_id, state, number);

-- Who gets a restricted topic: members, each confirmed by a person.
CREATE TABLE updates_list_member (
  topic TEXT NOT NULL,
  member_id TEXT NOT NULL,
  verified_at INTEGER NOT NULL,
  verified_by TEXT NOT NULL,
  token_hash TEXT NOT NULL UNIQUE,
  sealed TEXT NOT NULL,
  PRIMARY KEY (topic, member_id)
) STRICT;

CREATE TABLE updates_feedback (
  id TEXT NOT NULL PRIMARY KEY,
  issue_id TEXT,
  words TEXT NOT NULL,
  sent_at INTEGER NOT NULL
) STRICT;
