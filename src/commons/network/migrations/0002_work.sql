-- What a task force has set up beside its members: committees, protocols in force, peer liaisons.
-- `keeper` is a role, never a person's name.
CREATE TABLE network_arrangement (
  id TEXT NOT NULL PRIMARY KEY,
  task_force TEXT NOT NULL REFERENCES network_task_force (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('committee', 'protocol', 'liaison')),
  title TEXT NOT NULL,
  purpose TEXT NOT NULL,
  keeper TEXT NOT NULL,
  rhythm TEXT NOT NULL,
  address TEXT NOT NULL,
  peer TEXT REFERENCES network_task_force (id) ON DELETE SET NULL,
  since TEXT,
  until TEXT,
  review TEXT
) STRICT;
CREATE INDEX network_arrangement_by_task_force ON network_arrangement (task_force, kind, title);
CREATE TABLE network_arrangement_member (
  arrangement TEXT NOT NULL REFERENCES network_arrangement (id) ON DELETE CASCADE,
  organization TEXT NOT NULL REFERENCES network_organization (id) ON DELETE CASCADE,
  PRIMARY KEY (arrangement, organization)
) STRICT;
-- The organisation with accounts on this node that a member organisation is, if it is one.
ALTER TABLE network_organization ADD COLUMN account TEXT;
-- The colleague who took an action on.
ALTER TABLE network_action ADD COLUMN member TEXT;
CREATE INDEX network_action_by_meeting ON network_action (meeting, due);
CREATE INDEX network_action_by_member ON network_action (member, done_at);
-- A calendar that a member's program subscribes to: of its address only the hash is kept.
CREATE TABLE network_feed (
  member TEXT NOT NULL PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  made_at INTEGER NOT NULL
) STRICT;
-- A table that was sent, until it is imported: each row as it came, with its place in the file.
CREATE TABLE network_upload (
  id TEXT NOT NULL PRIMARY KEY,
  member TEXT NOT NULL,
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  sent_at INTEGER NOT NULL
) STRICT;
