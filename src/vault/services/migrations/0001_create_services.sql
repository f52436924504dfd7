-- What was done, when, how long, by whom: codes and minutes, no word about anyone.
CREATE TABLE services_event (
  id TEXT NOT NULL PRIMARY KEY,
  client TEXT NOT NULL REFERENCES clients_client (id),
  day TEXT NOT NULL,
  category TEXT NOT NULL,
  minutes INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 1440),
  mode TEXT NOT NULL,
  funder TEXT NOT NULL,
  language TEXT NOT NULL,
  for_family INTEGER NOT NULL,
  together TEXT,
  worker TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  replaced_by TEXT
) STRICT;
CREATE INDEX services_event_of_client ON services_event (client, day);
CREATE INDEX services_event_of_worker ON services_event (worker, day);
