-- A county's page under a partner's name, to embed or print. Nothing is kept of who looks.
CREATE TABLE partners_page (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  county INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  made_at INTEGER NOT NULL
) STRICT;
