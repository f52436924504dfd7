-- The audit log of one store (trust/audit.hpp). Entries are leaves of a Merkle tree (RFC 6962).
CREATE TABLE audit_entry (
  number INTEGER NOT NULL PRIMARY KEY CHECK (number >= 0),
  at INTEGER NOT NULL,
  leaf TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;

-- Hashes of full subtrees of 256^level leaves, level >= 1: what tiles and proofs are made of.
CREATE TABLE audit_node (
  level INTEGER NOT NULL CHECK (level >= 1),
  number INTEGER NOT NULL CHECK (number >= 0),
  hash BLOB NOT NULL,
  PRIMARY KEY (level, number)
) STRICT;

-- One row: the tree as it stands. `frontier` holds the hashes of its full subtrees, the largest first.
CREATE TABLE audit_tree (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  size INTEGER NOT NULL,
  frontier BLOB NOT NULL,
  root BLOB NOT NULL,
  last_at INTEGER NOT NULL
) STRICT;
