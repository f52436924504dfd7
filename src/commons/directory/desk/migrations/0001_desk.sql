-- The desk: what was decided on fields of proposals, merged records, words that staff add to the
-- search, imports through the page.

CREATE TABLE directory_desk_decision (
  proposal_id TEXT NOT NULL REFERENCES directory_proposal (id),
  path TEXT NOT NULL,
  taken INTEGER NOT NULL,
  reason TEXT NOT NULL,
  who TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (proposal_id, path)
) STRICT;

CREATE TABLE directory_desk_merge (
  id TEXT PRIMARY KEY,
  kept_id TEXT NOT NULL,
  gone_id TEXT NOT NULL,
  entity TEXT NOT NULL,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  moved TEXT NOT NULL,
  kept_revision INTEGER NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX directory_desk_merge_by_gone ON directory_desk_merge (gone_id) WHERE undone = 0;

CREATE TABLE directory_desk_synonyms (
  id TEXT PRIMARY KEY,
  words TEXT NOT NULL,
  modified INTEGER NOT NULL
) STRICT;

CREATE TABLE directory_desk_import (
  id TEXT PRIMARY KEY,
  file_name TEXT NOT NULL,
  source TEXT NOT NULL,
  licence TEXT NOT NULL,
  mapping TEXT NOT NULL,
  state TEXT NOT NULL,
  who TEXT NOT NULL,
  created INTEGER NOT NULL,
  report TEXT NOT NULL
) STRICT;
