-- Each class of notes has a key of its own; a note needs that key and the client's.
CREATE TABLE notes_note (
  id TEXT NOT NULL PRIMARY KEY,
  client TEXT NOT NULL REFERENCES clients_client (id),
  class TEXT NOT NULL CHECK (class IN ('factual', 'privileged', 'attorney', 'clinical', 'child')),
  state TEXT NOT NULL CHECK (state IN ('draft', 'signed')),
  version INTEGER NOT NULL,
  body BLOB,
  amends TEXT,
  author TEXT NOT NULL,
  written_at INTEGER NOT NULL,
  signed_at INTEGER
) STRICT;
CREATE INDEX notes_note_of_client ON notes_note (client, written_at);
