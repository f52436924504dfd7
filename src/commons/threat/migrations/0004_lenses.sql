-- Lenses that analysts made or changed; those of the program are data/threat/lenses.csv. No version
-- is ever changed or deleted. What an assessment of a region reads of OSHA is found by place.
CREATE TABLE threat_lens (
  code TEXT NOT NULL,
  version INTEGER NOT NULL,
  retired INTEGER NOT NULL,
  definition TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (code, version)
) STRICT;
CREATE INDEX threat_inspection_by_county ON threat_inspection (county);
CREATE INDEX threat_violation_by_activity ON threat_violation (activity);
