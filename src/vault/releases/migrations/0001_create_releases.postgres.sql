-- A signed release is never changed, only ended; an ended one never lives again.
CREATE FUNCTION releases_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN RAISE EXCEPTION ''not changed'' USING ERRCODE = ''23001''; END';
CREATE TRIGGER releases_release_signed BEFORE UPDATE ON releases_release FOR EACH ROW
WHEN (OLD.signed_at IS NOT NULL AND (
  NEW.id <> OLD.id OR NEW.client <> OLD.client OR NEW.number <> OLD.number OR NEW.version <> OLD.version
  OR NEW.document <> OLD.document OR NEW.form_hash IS DISTINCT FROM OLD.form_hash
  OR NEW.recipient_organization IS DISTINCT FROM OLD.recipient_organization
  OR NEW.recipient_member IS DISTINCT FROM OLD.recipient_member
  OR NEW.recipient_role IS DISTINCT FROM OLD.recipient_role
  OR NEW.method IS DISTINCT FROM OLD.method OR NEW.single_use IS DISTINCT FROM OLD.single_use
  OR NEW.starts_at IS DISTINCT FROM OLD.starts_at OR NEW.expires_at IS DISTINCT FROM OLD.expires_at
  OR NEW.signed_at IS DISTINCT FROM OLD.signed_at OR NEW.signed_by IS DISTINCT FROM OLD.signed_by
  OR NEW.state = 'draft' OR (OLD.state IN ('revoked', 'superseded') AND NEW.state <> OLD.state)
  OR (OLD.state = 'exhausted' AND NEW.state = 'signed')))
EXECUTE FUNCTION releases_refuse_change();
CREATE TRIGGER releases_release_kept BEFORE DELETE ON releases_release FOR EACH ROW
WHEN (OLD.signed_at IS NOT NULL) EXECUTE FUNCTION releases_refuse_change();
CREATE FUNCTION releases_check_item() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN IF (SELECT signed_at FROM releases_release WHERE id = NEW.release) IS NOT NULL THEN
     RAISE EXCEPTION ''not widened'' USING ERRCODE = ''23001''; END IF; RETURN NEW; END';
CREATE TRIGGER releases_item_no_more BEFORE INSERT ON releases_item FOR EACH ROW
EXECUTE FUNCTION releases_check_item();
CREATE TRIGGER releases_item_no_update BEFORE UPDATE ON releases_item FOR EACH ROW
EXECUTE FUNCTION releases_refuse_change();
CREATE TRIGGER releases_disclosure_no_change BEFORE UPDATE OR DELETE ON releases_disclosure FOR EACH ROW
EXECUTE FUNCTION releases_refuse_change();
CREATE TRIGGER releases_projection_ends BEFORE UPDATE ON releases_projection FOR EACH ROW
WHEN (OLD.destroyed_at IS NOT NULL) EXECUTE FUNCTION releases_refuse_change();
