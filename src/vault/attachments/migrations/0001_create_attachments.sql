-- A file under a key of its own, which is sealed under the client's key and its class of notes. Name, size
-- and hash are sealed (about); the bytes are sealed in pieces, each for its place. What has no key is gone.
CREATE TABLE attachments_file (
  id TEXT NOT NULL PRIMARY KEY,
  client TEXT NOT NULL REFERENCES clients_client (id),
  number INTEGER NOT NULL,
  class TEXT NOT NULL CHECK (class IN ('factual', 'privileged', 'attorney', 'clinical', 'child')),
  type TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('incoming', 'kept', 'shredded')),
  wrapped_key BLOB,
  about BLOB,
  added_by TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  shredded_by TEXT,
  shredded_at INTEGER,
  CHECK (state = 'kept' OR (wrapped_key IS NULL AND about IS NULL))
) STRICT;
CREATE UNIQUE INDEX attachments_file_of_client ON attachments_file (client, number);
CREATE INDEX attachments_file_incoming ON attachments_file (added_at) WHERE state = 'incoming';

CREATE TABLE attachments_piece (
  attachment TEXT NOT NULL REFERENCES attachments_file (id),
  copy TEXT NOT NULL CHECK (copy IN ('original', 'clean')),
  number INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (attachment, copy, number)
) STRICT;
