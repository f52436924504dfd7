-- The organisation's own days for a period of data/vault/retention.toml.
CREATE TABLE retention_period (
  id TEXT NOT NULL PRIMARY KEY,
  days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 3650),
  changed_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;

-- While one is not lifted nothing of this file is purged. Why, in words, is sealed.
CREATE TABLE retention_hold (
  id TEXT NOT NULL PRIMARY KEY,
  client TEXT NOT NULL REFERENCES clients_client (id),
  reason TEXT NOT NULL,
  words BLOB,
  placed_by TEXT NOT NULL,
  placed_at INTEGER NOT NULL,
  lifted_by TEXT,
  lifted_at INTEGER
) STRICT;
CREATE INDEX retention_hold_of_client ON retention_hold (client, placed_at);

-- A purge that one person asked for and a second did: what its certificate says.
CREATE TABLE retention_purge (
  id TEXT NOT NULL PRIMARY KEY,
  client TEXT NOT NULL REFERENCES clients_client (id),
  kind TEXT NOT NULL CHECK (kind IN ('partial', 'full')),
  state TEXT NOT NULL CHECK (state IN ('asked', 'done', 'dropped')),
  asked_by TEXT NOT NULL,
  asked_role TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  ended_by TEXT,
  ended_role TEXT,
  ended_at INTEGER,
  counts TEXT,
  backups_until INTEGER
) STRICT;
CREATE INDEX retention_purge_of_client ON retention_purge (client, asked_at);
CREATE UNIQUE INDEX retention_purge_waiting ON retention_purge (client) WHERE state = 'asked';
-- What is due is found by the day of closing.
CREATE INDEX retention_closed_on ON clients_client (closed_on) WHERE state = 'closed';
