-- Of a held file no person shreds an attachment. Nobody (the nil id) does what a list says was done before.
CREATE FUNCTION retention_check_attachment() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN IF EXISTS (SELECT 1 FROM retention_hold WHERE client = OLD.client AND lifted_at IS NULL) THEN
     RAISE EXCEPTION ''held'' USING ERRCODE = ''23001''; END IF; RETURN NEW; END';
CREATE TRIGGER retention_attachment_held BEFORE UPDATE ON attachments_file FOR EACH ROW
WHEN (OLD.state = 'kept' AND NEW.state = 'shredded'
  AND NEW.shredded_by <> '00000000-0000-0000-0000-000000000000')
EXECUTE FUNCTION retention_check_attachment();
