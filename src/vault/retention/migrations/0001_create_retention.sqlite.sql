-- What is held is not shredded, whoever asks.
CREATE TRIGGER retention_held BEFORE UPDATE ON clients_client
WHEN OLD.wrapped_key IS NOT NULL AND NEW.wrapped_key IS NULL
  AND EXISTS (SELECT 1 FROM retention_hold WHERE client = OLD.id AND lifted_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'this file is held'); END;
