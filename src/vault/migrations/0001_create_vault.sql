-- Whose vault this is. The public key is what others seal to; the secret one is in no store.
CREATE TABLE vault_identity (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  organization TEXT NOT NULL,
  public_key BLOB NOT NULL,
  founded_at INTEGER NOT NULL,
  founded_by TEXT NOT NULL
) STRICT;

-- A member's own secret under the own passphrase, and the letter with the organisation's keys.
CREATE TABLE vault_member (
  member TEXT NOT NULL PRIMARY KEY,
  public_key BLOB NOT NULL,
  own BLOB NOT NULL,
  letter BLOB,
  generation INTEGER NOT NULL,
  key_names TEXT NOT NULL,
  joined_at INTEGER NOT NULL
) STRICT;

-- The whole keyring under a key that only shares of the officers give.
CREATE TABLE vault_recovery (
  share_set INTEGER NOT NULL PRIMARY KEY,
  threshold INTEGER NOT NULL,
  shares INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  made_at INTEGER NOT NULL
) STRICT;

CREATE TABLE vault_failure (
  member TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX vault_failure_by_member ON vault_failure (member, at);

-- Public keys of other organisations, as first met: a key that changes is never used in silence.
CREATE TABLE vault_known_key (
  organization TEXT NOT NULL PRIMARY KEY,
  public_key BLOB NOT NULL,
  met_at INTEGER NOT NULL
) STRICT;
