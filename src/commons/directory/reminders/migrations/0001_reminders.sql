-- One-time links to records, mailed to providers (commons/directory/reminders). Only the hash of a
-- link's token is kept, and no address it went to.
CREATE TABLE directory_reminders_link (
  token_hash TEXT NOT NULL PRIMARY KEY,
  service_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  outcome TEXT CHECK (outcome IN ('confirmed', 'proposed'))
) STRICT;
CREATE INDEX directory_reminders_link_by_service ON directory_reminders_link (service_id, created_at);
