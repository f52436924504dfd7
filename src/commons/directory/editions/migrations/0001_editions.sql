-- Editions of the printed guide: what was asked for, what stands in it, and the files made of it
-- once (commons/directory/editions).
CREATE TABLE directory_editions_edition (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('regular', 'crisis')),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'ready', 'withdrawn')),
  title TEXT NOT NULL,
  reason TEXT NOT NULL,
  selection TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  made_at INTEGER
) STRICT;
CREATE INDEX directory_editions_edition_by_state ON directory_editions_edition (state, asked_at);
CREATE TABLE directory_editions_text (
  edition TEXT NOT NULL REFERENCES directory_editions_edition (id),
  language TEXT NOT NULL,
  snapshot TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  services INTEGER NOT NULL,
  changes TEXT NOT NULL,
  PRIMARY KEY (edition, language)
) STRICT;
CREATE TABLE directory_editions_file (
  edition TEXT NOT NULL REFERENCES directory_editions_edition (id),
  language TEXT NOT NULL,
  form TEXT NOT NULL,
  pages INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (edition, language, form)
) STRICT;
