-- What this node knows of organisations whose vaults are on another node: their public keys, and the names
-- under which their workers deal with others. Nothing of a survivor.
CREATE TABLE elsewhere_key (
  organization TEXT NOT NULL PRIMARY KEY,
  public_key BLOB NOT NULL,
  known_at INTEGER NOT NULL
) STRICT;

CREATE TABLE elsewhere_person (
  member TEXT NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  known_at INTEGER NOT NULL
) STRICT;
