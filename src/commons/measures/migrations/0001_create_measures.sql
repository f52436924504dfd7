-- Signed tables of counts as organisations sent them: codes and whole numbers, no small number. The text is
-- what was signed; a correction or withdrawal is a new version, nothing is changed.
CREATE TABLE measures_table (
  id TEXT NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL,
  measure TEXT NOT NULL,
  period TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  text TEXT NOT NULL CHECK (length(text) <= 8192),
  signature TEXT NOT NULL,
  sent_by TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  UNIQUE (organization, measure, period, version)
) STRICT;
CREATE INDEX measures_table_by_period ON measures_table (period, measure);

-- The key with which an organisation signs, as first met.
CREATE TABLE measures_key (
  organization TEXT NOT NULL PRIMARY KEY,
  public_key TEXT NOT NULL,
  met_at INTEGER NOT NULL
) STRICT;
