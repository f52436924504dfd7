-- People come and go (commons/turnover): who handed over to whom, and the yearly review of access.
CREATE TABLE turnover_leaving (
  id TEXT NOT NULL PRIMARY KEY,
  member TEXT NOT NULL,
  successor TEXT,
  made_by TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  undone_at INTEGER
) STRICT;
CREATE INDEX turnover_leaving_by_member ON turnover_leaving (member, made_at);
-- What went to the successor, so that it can go back.
CREATE TABLE turnover_moved (
  leaving TEXT NOT NULL REFERENCES turnover_leaving (id) ON DELETE CASCADE,
  area TEXT NOT NULL,
  thing TEXT NOT NULL,
  PRIMARY KEY (leaving, area, thing)
) STRICT;
CREATE TABLE turnover_review (
  id TEXT NOT NULL PRIMARY KEY,
  opened_at INTEGER NOT NULL,
  due TEXT NOT NULL,
  reminded_at INTEGER,
  closed_at INTEGER
) STRICT;
CREATE TABLE turnover_review_line (
  review TEXT NOT NULL REFERENCES turnover_review (id) ON DELETE CASCADE,
  member TEXT NOT NULL,
  decision TEXT CHECK (decision IN ('keep', 'close')),
  decided_by TEXT,
  decided_at INTEGER,
  PRIMARY KEY (review, member)
) STRICT;
