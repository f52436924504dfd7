-- Which spellings of firms in the official files are one employer (`daybreak threat link`). A
-- spelling's key is made of its own words, so decisions outlive new imports. Natural persons are
-- not in here.
CREATE TABLE threat_employer_spelling (
  key TEXT NOT NULL PRIMARY KEY,
  program TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('worksite', 'association', 'contractor')),
  trade_name TEXT NOT NULL,
  legal_name TEXT NOT NULL,
  city TEXT NOT NULL,
  state TEXT NOT NULL,
  zip TEXT NOT NULL,
  records INTEGER NOT NULL,
  -- What the engine put together, and what became of it by decisions.
  cluster TEXT NOT NULL,
  employer TEXT NOT NULL
) STRICT;
CREATE INDEX threat_employer_spelling_by_cluster ON threat_employer_spelling (cluster);
CREATE INDEX threat_employer_spelling_by_employer ON threat_employer_spelling (employer);
CREATE TABLE threat_employer_pair (
  a TEXT NOT NULL,
  b TEXT NOT NULL,
  probability REAL NOT NULL,
  reasons TEXT NOT NULL,
  PRIMARY KEY (a, b)
) STRICT;
CREATE INDEX threat_employer_pair_by_b ON threat_employer_pair (b);
CREATE TABLE threat_employer_decision (
  a TEXT NOT NULL,
  b TEXT NOT NULL,
  same INTEGER NOT NULL,
  decided_at INTEGER NOT NULL,
  PRIMARY KEY (a, b)
) STRICT;
CREATE INDEX threat_employer_decision_by_b ON threat_employer_decision (b);
CREATE TABLE threat_employer_run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  spellings INTEGER NOT NULL,
  links INTEGER NOT NULL,
  completeness REAL NOT NULL,
  digest TEXT NOT NULL
) STRICT;
