-- What other organisations released to this one: where it can be opened, and until when. Not what it is,
-- and nothing about whom.
CREATE TABLE inbox_pointer (
  projection TEXT NOT NULL PRIMARY KEY,
  sender TEXT NOT NULL,
  release_number INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL
) STRICT;
