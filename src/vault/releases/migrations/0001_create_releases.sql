-- What a survivor allowed (34 USC 12291(b)(2); 28 CFR 94.115). What the gate asks at each use is open: to
-- which organisation, person or role, from when to when. What was said is sealed under the client's key.
CREATE TABLE releases_release (
  id TEXT NOT NULL PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  client TEXT NOT NULL REFERENCES clients_client (id),
  state TEXT NOT NULL CHECK (state IN ('draft', 'signed', 'exhausted', 'revoked', 'superseded')),
  version INTEGER NOT NULL,
  document BLOB NOT NULL,
  form_version TEXT,
  form_hash TEXT,
  recipient_organization TEXT,
  recipient_member TEXT,
  recipient_role TEXT,
  method TEXT,
  single_use INTEGER,
  starts_at INTEGER,
  expires_at INTEGER,
  drafted_by TEXT NOT NULL,
  drafted_at INTEGER NOT NULL,
  signed_by TEXT,
  signed_at INTEGER,
  ended_at INTEGER,
  ended_by TEXT,
  ended_how TEXT,
  CHECK (state = 'draft' OR (signed_at IS NOT NULL AND expires_at > starts_at AND method IS NOT NULL))
) STRICT;
CREATE INDEX releases_release_of_client ON releases_release (client, number);

-- The exact items of a signed release: an answer, a note, services of a span of days, or a topic to speak of.
CREATE TABLE releases_item (
  release TEXT NOT NULL REFERENCES releases_release (id),
  position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('answer', 'note', 'services', 'topic')),
  subject TEXT NOT NULL,
  PRIMARY KEY (release, position)
) STRICT;

-- What left: written by the release gate, never changed.
CREATE TABLE releases_disclosure (
  id TEXT NOT NULL PRIMARY KEY,
  release TEXT NOT NULL REFERENCES releases_release (id),
  client TEXT NOT NULL REFERENCES clients_client (id),
  made_at INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  method TEXT NOT NULL,
  recipient_organization TEXT,
  items TEXT NOT NULL
) STRICT;
CREATE INDEX releases_disclosure_of_client ON releases_disclosure (client, made_at);

-- A copy of the disclosed items, sealed to the recipient alone; nothing of it is left when the release ends.
CREATE TABLE releases_projection (
  id TEXT NOT NULL PRIMARY KEY,
  disclosure TEXT NOT NULL REFERENCES releases_disclosure (id),
  release TEXT NOT NULL REFERENCES releases_release (id),
  recipient_organization TEXT NOT NULL,
  letter BLOB,
  delivered_at INTEGER,
  destroyed_at INTEGER
) STRICT;
CREATE INDEX releases_projection_of_release ON releases_projection (release);
