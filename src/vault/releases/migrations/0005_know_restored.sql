-- Where this store is, as PostgreSQL itself tells it: a copy that comes back from a backup says here where it was.
CREATE TABLE releases_home (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  place TEXT NOT NULL
) STRICT;
