-- How many releases ended, used up ones too: it grows with every ending and never shrinks, so that a store which
-- has fewer than it once had was put back (vault/endings.hpp).
CREATE TABLE releases_endings (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  endings INTEGER NOT NULL
) STRICT;
INSERT INTO releases_endings (id, endings)
SELECT 1, count(*) FROM releases_release WHERE ended_at IS NOT NULL OR state = 'exhausted';
