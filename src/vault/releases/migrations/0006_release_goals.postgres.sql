-- Which kinds of items there are is checked where they are read (releases/terms), so that a new kind needs no new
-- table.
ALTER TABLE releases_item DROP CONSTRAINT releases_item_kind_check;
