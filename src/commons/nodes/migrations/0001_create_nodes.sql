-- The register of nodes that hold vaults elsewhere (commons/nodes): each is known by the pin of its key and
-- speaks for the organisations beside it, which no other node does.
CREATE TABLE nodes_node (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
  pin TEXT NOT NULL UNIQUE CHECK (length(pin) = 64),
  added_at INTEGER NOT NULL,
  last_seen_at INTEGER
) STRICT;

CREATE TABLE nodes_organization (
  organization TEXT NOT NULL PRIMARY KEY,
  node TEXT NOT NULL REFERENCES nodes_node (id)
) STRICT;
CREATE INDEX nodes_organization_by_node ON nodes_organization (node);
