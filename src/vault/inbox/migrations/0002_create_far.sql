-- Pointers from vaults on other nodes: as they arrived, sealed to this organisation, and once a member has
-- opened them, the key of the node that is asked at each view.
CREATE TABLE inbox_arrival (
  id TEXT NOT NULL PRIMARY KEY,
  sender TEXT NOT NULL,
  letter BLOB NOT NULL,
  arrived_at INTEGER NOT NULL
) STRICT;

CREATE TABLE inbox_far (
  projection TEXT NOT NULL PRIMARY KEY,
  box BLOB NOT NULL,
  member TEXT,
  role TEXT
) STRICT;
