-- When a file was closed and opened again, why, by whom: codes and days.
CREATE TABLE clients_turn (
  id TEXT NOT NULL PRIMARY KEY,
  client TEXT NOT NULL REFERENCES clients_client (id),
  turn TEXT NOT NULL CHECK (turn IN ('close', 'reopen')),
  day TEXT NOT NULL,
  reason TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  made_by TEXT NOT NULL
) STRICT;
CREATE INDEX clients_turn_of_client ON clients_turn (client, made_at);
-- A sealed name is bound to its version, so that an earlier one cannot be put back.
ALTER TABLE clients_relative ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
