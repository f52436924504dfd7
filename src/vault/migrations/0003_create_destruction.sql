-- That this vault be destroyed: one officer asks, another agrees. At most one row.
CREATE TABLE vault_destruction (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  asked_by TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  agreed_by TEXT,
  agreed_at INTEGER,
  CHECK (agreed_by IS NULL OR agreed_by <> asked_by)
) STRICT;
