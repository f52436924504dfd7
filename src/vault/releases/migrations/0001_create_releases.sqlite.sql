-- A signed release is never changed, only ended; an ended one never lives again.
CREATE TRIGGER releases_release_signed BEFORE UPDATE ON releases_release
WHEN OLD.signed_at IS NOT NULL AND (
  NEW.id <> OLD.id OR NEW.client <> OLD.client OR NEW.number <> OLD.number OR NEW.version <> OLD.version
  OR NEW.document <> OLD.document OR NEW.form_hash IS NOT OLD.form_hash
  OR NEW.recipient_organization IS NOT OLD.recipient_organization
  OR NEW.recipient_member IS NOT OLD.recipient_member OR NEW.recipient_role IS NOT OLD.recipient_role
  OR NEW.method IS NOT OLD.method OR NEW.single_use IS NOT OLD.single_use
  OR NEW.starts_at IS NOT OLD.starts_at OR NEW.expires_at IS NOT OLD.expires_at
  OR NEW.signed_at IS NOT OLD.signed_at OR NEW.signed_by IS NOT OLD.signed_by
  OR NEW.state = 'draft' OR (OLD.state IN ('revoked', 'superseded') AND NEW.state <> OLD.state)
  OR (OLD.state = 'exhausted' AND NEW.state = 'signed'))
BEGIN SELECT RAISE(ABORT, 'a signed release is not changed'); END;
CREATE TRIGGER releases_release_kept BEFORE DELETE ON releases_release WHEN OLD.signed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a signed release is not deleted'); END;
CREATE TRIGGER releases_item_no_more BEFORE INSERT ON releases_item
WHEN (SELECT signed_at FROM releases_release WHERE id = NEW.release) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a signed release is not widened'); END;
CREATE TRIGGER releases_item_no_update BEFORE UPDATE ON releases_item
BEGIN SELECT RAISE(ABORT, 'items are not changed'); END;
CREATE TRIGGER releases_disclosure_no_update BEFORE UPDATE ON releases_disclosure
BEGIN SELECT RAISE(ABORT, 'a disclosure is not changed'); END;
CREATE TRIGGER releases_disclosure_no_delete BEFORE DELETE ON releases_disclosure
BEGIN SELECT RAISE(ABORT, 'a disclosure is not deleted'); END;
CREATE TRIGGER releases_projection_ends BEFORE UPDATE ON releases_projection
WHEN OLD.destroyed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'what was destroyed stays so'); END;
