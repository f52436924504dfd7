-- A released file: its clean copy, sealed anew in pieces under a key that is in the recipient's letter alone
-- (releases_projection.letter). They go when the release ends, with the letter.
CREATE TABLE releases_piece (
  projection TEXT NOT NULL REFERENCES releases_projection (id),
  attachment TEXT NOT NULL,
  number INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (projection, attachment, number)
) STRICT;
