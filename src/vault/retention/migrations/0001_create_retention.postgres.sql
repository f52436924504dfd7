-- What is held is not shredded, whoever asks.
CREATE FUNCTION retention_check_held() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN IF EXISTS (SELECT 1 FROM retention_hold WHERE client = OLD.id AND lifted_at IS NULL) THEN
     RAISE EXCEPTION ''held'' USING ERRCODE = ''23001''; END IF; RETURN NEW; END';
CREATE TRIGGER retention_held BEFORE UPDATE ON clients_client FOR EACH ROW
WHEN (OLD.wrapped_key IS NOT NULL AND NEW.wrapped_key IS NULL)
EXECUTE FUNCTION retention_check_held();
