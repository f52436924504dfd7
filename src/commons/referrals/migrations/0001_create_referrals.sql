-- A referral says what is looked for and nothing of whom: codes and small numbers only, no key of a client,
-- no free text. It is removed within a day of its end; the counters stay.
CREATE TABLE referrals_token (
  id TEXT NOT NULL PRIMARY KEY,
  sender TEXT NOT NULL,
  receiver TEXT NOT NULL,
  worker TEXT NOT NULL,
  service TEXT NOT NULL,
  urgency TEXT NOT NULL CHECK (urgency IN ('now', 'today', 'soon')),
  household INTEGER NOT NULL CHECK (household BETWEEN 1 AND 12),
  language TEXT NOT NULL,
  age_group TEXT NOT NULL CHECK (age_group IN ('adult', 'young_adult', 'minor')),
  accessibility TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('sent', 'accepted', 'declined', 'no_capacity', 'connected', 'withdrawn', 'expired')),
  answered_by TEXT,
  sent_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX referrals_token_by_receiver ON referrals_token (receiver, state);
CREATE INDEX referrals_token_by_sender ON referrals_token (sender, state);

CREATE TABLE referrals_count (
  month TEXT NOT NULL,
  service TEXT NOT NULL,
  outcome TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (month, service, outcome)
) STRICT;
