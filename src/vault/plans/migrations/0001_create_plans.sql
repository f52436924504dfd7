-- What a survivor wants to reach, and what helps her to stay safe. Areas, states, days and who does a step are
-- open; every word is sealed under the client's key. Nothing is written over: a change is another version.
CREATE TABLE plans_goal (
  id TEXT NOT NULL PRIMARY KEY,
  client TEXT NOT NULL REFERENCES clients_client (id),
  number INTEGER NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (client, number)
) STRICT;
CREATE TABLE plans_goal_version (
  goal TEXT NOT NULL REFERENCES plans_goal (id),
  version INTEGER NOT NULL,
  client TEXT NOT NULL,
  area TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'under_way', 'reached', 'changed', 'set_aside')),
  since TEXT NOT NULL,
  words BLOB,
  written_at INTEGER NOT NULL,
  written_by TEXT NOT NULL,
  PRIMARY KEY (goal, version)
) STRICT;
CREATE INDEX plans_goal_version_of_client ON plans_goal_version (client);

CREATE TABLE plans_step (
  id TEXT NOT NULL PRIMARY KEY,
  goal TEXT NOT NULL REFERENCES plans_goal (id),
  client TEXT NOT NULL,
  version INTEGER NOT NULL,
  task TEXT
) STRICT;
CREATE INDEX plans_step_of_client ON plans_step (client, goal);
CREATE TABLE plans_step_version (
  step TEXT NOT NULL REFERENCES plans_step (id),
  version INTEGER NOT NULL,
  client TEXT NOT NULL,
  doer TEXT NOT NULL CHECK (doer IN ('staff', 'client')),
  owner TEXT,
  due_on TEXT,
  state TEXT NOT NULL CHECK (state IN ('open', 'under_way', 'reached', 'changed', 'set_aside')),
  since TEXT NOT NULL,
  words BLOB,
  written_at INTEGER NOT NULL,
  written_by TEXT NOT NULL,
  PRIMARY KEY (step, version)
) STRICT;
CREATE INDEX plans_step_version_of_client ON plans_step_version (client);

-- When the plan was talked over, and when it is to be again; the task reminds of it.
CREATE TABLE plans_review (
  id TEXT NOT NULL PRIMARY KEY,
  client TEXT NOT NULL REFERENCES clients_client (id),
  reviewed_on TEXT NOT NULL,
  next_on TEXT,
  task TEXT,
  made_at INTEGER NOT NULL,
  made_by TEXT NOT NULL
) STRICT;
CREATE INDEX plans_review_of_client ON plans_review (client, made_at);

CREATE TABLE plans_safety (
  client TEXT NOT NULL REFERENCES clients_client (id),
  version INTEGER NOT NULL,
  written_at INTEGER NOT NULL,
  written_by TEXT NOT NULL,
  PRIMARY KEY (client, version)
) STRICT;
-- A part that is not there was not asked.
CREATE TABLE plans_safety_part (
  client TEXT NOT NULL,
  version INTEGER NOT NULL,
  section TEXT NOT NULL,
  skip TEXT,
  words BLOB,
  PRIMARY KEY (client, version, section)
) STRICT;
