-- A member's own secret under the secret of a passkey, beside the one under the passphrase.
CREATE TABLE vault_passkey (
  member TEXT NOT NULL,
  credential BLOB NOT NULL,
  wrapped BLOB NOT NULL,
  made_at INTEGER NOT NULL,
  PRIMARY KEY (member, credential)
) STRICT;

-- How long this vault stays open. No row: the defaults.
CREATE TABLE vault_unlock_policy (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  idle_minutes INTEGER NOT NULL CHECK (idle_minutes BETWEEN 1 AND 30),
  most_hours INTEGER NOT NULL CHECK (most_hours BETWEEN 1 AND 12),
  set_at INTEGER NOT NULL
) STRICT;
