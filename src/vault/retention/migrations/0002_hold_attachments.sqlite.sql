-- Of a held file no person shreds an attachment. Nobody (the nil id) does what a list says was done before.
CREATE TRIGGER retention_attachment_held BEFORE UPDATE ON attachments_file
WHEN OLD.state = 'kept' AND NEW.state = 'shredded'
  AND NEW.shredded_by <> '00000000-0000-0000-0000-000000000000'
  AND EXISTS (SELECT 1 FROM retention_hold WHERE client = OLD.client AND lifted_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'this file is held'); END;
