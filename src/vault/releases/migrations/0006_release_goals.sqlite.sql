-- Which kinds of items there are is checked where they are read (releases/terms), so that a new kind needs no new
-- table. The triggers go with the old table and are made again.
CREATE TABLE releases_item_any (
  release TEXT NOT NULL REFERENCES releases_release (id),
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  PRIMARY KEY (release, position)
) STRICT;
INSERT INTO releases_item_any (release, position, kind, subject)
SELECT release, position, kind, subject FROM releases_item;
DROP TABLE releases_item;
ALTER TABLE releases_item_any RENAME TO releases_item;
CREATE TRIGGER releases_item_no_more BEFORE INSERT ON releases_item
WHEN (SELECT signed_at FROM releases_release WHERE id = NEW.release) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a signed release is not widened'); END;
CREATE TRIGGER releases_item_no_update BEFORE UPDATE ON releases_item
BEGIN SELECT RAISE(ABORT, 'items are not changed'); END;
