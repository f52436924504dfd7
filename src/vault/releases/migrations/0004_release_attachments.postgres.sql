-- An exact attachment is an item too.
ALTER TABLE releases_item DROP CONSTRAINT releases_item_kind_check;
ALTER TABLE releases_item ADD CONSTRAINT releases_item_kind_check
  CHECK (kind IN ('answer', 'note', 'services', 'topic', 'attachment'));
CREATE TRIGGER releases_piece_no_change BEFORE UPDATE ON releases_piece FOR EACH ROW
EXECUTE FUNCTION releases_refuse_change();
