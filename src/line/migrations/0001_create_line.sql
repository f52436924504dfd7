-- What waits to go over the line to another node, in the store whose transaction caused it, and the
-- ids of what came, so that nothing is taken twice. Bodies are sealed where they are about a survivor.
CREATE TABLE line_outbox (
  id TEXT NOT NULL PRIMARY KEY,
  node TEXT NOT NULL,
  kind TEXT NOT NULL,
  sender TEXT NOT NULL,
  receiver TEXT NOT NULL,
  answers TEXT NOT NULL,
  body BLOB NOT NULL,
  made_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  next_at INTEGER NOT NULL
) STRICT;
CREATE INDEX line_outbox_by_node ON line_outbox (node, made_at);

CREATE TABLE line_seen (
  id TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT;
