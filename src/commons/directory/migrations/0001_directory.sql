-- The resource directory: records as documents with the columns that are looked up, what their
-- source last said, every change, what waits for a person's decision.

CREATE TABLE directory_source (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  url TEXT,
  licence TEXT,
  first_import INTEGER NOT NULL,
  last_import INTEGER NOT NULL
) STRICT;

CREATE TABLE directory_record (
  id TEXT NOT NULL,
  entity TEXT NOT NULL,
  name TEXT NOT NULL,
  visibility TEXT NOT NULL,
  organization_id TEXT,
  service_id TEXT,
  location_id TEXT,
  source_id TEXT REFERENCES directory_source (id),
  body TEXT NOT NULL,
  base TEXT,
  revision INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (id, entity)
) STRICT;
CREATE INDEX directory_record_by_entity ON directory_record (entity, id);
CREATE INDEX directory_record_by_organization ON directory_record (organization_id, entity) WHERE organization_id IS NOT NULL;
CREATE INDEX directory_record_by_service ON directory_record (service_id) WHERE service_id IS NOT NULL;
CREATE INDEX directory_record_by_location ON directory_record (location_id) WHERE location_id IS NOT NULL;

CREATE TABLE directory_change (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  entity TEXT NOT NULL,
  record_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  who TEXT NOT NULL,
  action TEXT NOT NULL,
  changes TEXT NOT NULL
) STRICT;
CREATE INDEX directory_change_by_record ON directory_change (record_id, revision);

CREATE TABLE directory_proposal (
  id TEXT PRIMARY KEY,
  entity TEXT NOT NULL,
  record_id TEXT NOT NULL,
  created INTEGER NOT NULL,
  origin TEXT NOT NULL,
  note TEXT NOT NULL,
  changes TEXT NOT NULL,
  state TEXT NOT NULL,
  decided INTEGER,
  decided_by TEXT
) STRICT;
CREATE INDEX directory_proposal_by_state ON directory_proposal (state, created);
CREATE INDEX directory_proposal_by_record ON directory_proposal (record_id, state);

CREATE TABLE directory_mapping (
  name TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  modified INTEGER NOT NULL
) STRICT;

CREATE TABLE directory_duplicate (
  first_id TEXT NOT NULL,
  second_id TEXT NOT NULL,
  entity TEXT NOT NULL,
  score REAL NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (first_id, second_id)
) STRICT;
