-- Every assessment that was run: those of one region are one family of looks at the same data.
CREATE TABLE threat_run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  region TEXT NOT NULL,
  request TEXT NOT NULL,
  best_p REAL NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX threat_run_by_region ON threat_run (region, id);
