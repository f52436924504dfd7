-- Which entries of the log are looks at which file, so that "who opened my file" reads those alone. Entries
-- before the first that is kept here are searched one by one.
CREATE TABLE vault_look (
  client TEXT NOT NULL,
  entry INTEGER NOT NULL,
  PRIMARY KEY (client, entry)
) STRICT;
CREATE TABLE vault_look_start (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  entry INTEGER NOT NULL
) STRICT;
INSERT INTO vault_look_start (id, entry) SELECT 1, coalesce(max(number) + 1, 0) FROM audit_entry;
