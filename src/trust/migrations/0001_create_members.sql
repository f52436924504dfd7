-- Organisations, members, sessions (trust/members.hpp, trust/session.hpp). Secrets are kept as hashes, or
-- sealed under the node's key when the program must read them again.
CREATE TABLE trust_organization (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
  kind TEXT NOT NULL,
  standing TEXT NOT NULL CHECK (standing IN ('task_force', 'partner')),
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE trust_member (
  id TEXT NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL REFERENCES trust_organization (id),
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  email TEXT NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 254),
  roles TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'locked', 'disabled')),
  language TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER,
  password_hash TEXT,
  totp_secret BLOB,
  totp_last_step INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX trust_member_organization ON trust_member (organization);

CREATE TABLE trust_set_up (
  token_hash BLOB NOT NULL PRIMARY KEY,
  member TEXT NOT NULL UNIQUE REFERENCES trust_member (id),
  totp_secret BLOB NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE trust_recovery_code (
  member TEXT NOT NULL REFERENCES trust_member (id),
  hash BLOB NOT NULL,
  PRIMARY KEY (member, hash)
) STRICT;

CREATE TABLE trust_sign_in_failure (
  member TEXT NOT NULL REFERENCES trust_member (id),
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX trust_sign_in_failure_member ON trust_sign_in_failure (member, at);

CREATE TABLE trust_session (
  id TEXT NOT NULL PRIMARY KEY,
  token_hash BLOB NOT NULL UNIQUE,
  member TEXT NOT NULL REFERENCES trust_member (id),
  started_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  confirmed_at INTEGER
) STRICT;
CREATE INDEX trust_session_member ON trust_session (member);

-- What this store is: 'demonstration' is there only in a demonstration data directory.
CREATE TABLE trust_mark (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
