-- Passkeys of members (trust/passkeys.hpp): public keys only. has_secret: the authenticator gives a
-- secret of its own (the PRF extension), which can open a vault.
CREATE TABLE trust_passkey (
  id TEXT NOT NULL PRIMARY KEY,
  member TEXT NOT NULL REFERENCES trust_member (id),
  credential BLOB NOT NULL UNIQUE,
  algorithm INTEGER NOT NULL,
  public_key BLOB NOT NULL,
  counter INTEGER NOT NULL,
  synced INTEGER NOT NULL CHECK (synced IN (0, 1)),
  has_secret INTEGER NOT NULL CHECK (has_secret IN (0, 1)),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
  made_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;
CREATE INDEX trust_passkey_member ON trust_passkey (member);
