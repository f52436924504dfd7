-- Editions of templates, as bytes: a draft stays with the one it was begun with.
CREATE TABLE library_drafts_edition (
  digest TEXT NOT NULL PRIMARY KEY,
  template TEXT NOT NULL,
  version TEXT NOT NULL,
  content TEXT NOT NULL,
  kept_at INTEGER NOT NULL
) STRICT;
-- The agency's own templates: what is being written (`work`, the form as JSON) and what is in use.
CREATE TABLE library_drafts_template (
  id TEXT NOT NULL PRIMARY KEY,
  work TEXT NOT NULL,
  digest TEXT REFERENCES library_drafts_edition (digest),
  retired INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
-- A document with its answers, from the first question to its last day.
CREATE TABLE library_drafts_draft (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  template TEXT NOT NULL,
  version TEXT NOT NULL,
  edition TEXT NOT NULL REFERENCES library_drafts_edition (digest),
  language TEXT NOT NULL,
  answers TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('draft', 'signing', 'in_force', 'declined', 'withdrawn', 'ended')),
  task_force TEXT,
  follows TEXT REFERENCES library_drafts_draft (id),
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  begins TEXT,
  ends TEXT,
  reason TEXT NOT NULL DEFAULT '',
  paper BLOB,
  paper_digest TEXT,
  reminded_at INTEGER
) STRICT;
CREATE INDEX library_drafts_draft_by_state ON library_drafts_draft (state, ends);
CREATE TABLE library_drafts_party (
  draft TEXT NOT NULL REFERENCES library_drafts_draft (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  contact TEXT NOT NULL,
  account TEXT,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'signed', 'declined')),
  signer TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL DEFAULT '',
  how TEXT NOT NULL DEFAULT '',
  statement TEXT NOT NULL DEFAULT '',
  at INTEGER,
  copy BLOB,
  copy_digest TEXT,
  PRIMARY KEY (draft, number)
) STRICT;
