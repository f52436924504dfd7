-- Which referral was for whom: known here and nowhere else.
CREATE TABLE referred_client (
  token TEXT NOT NULL PRIMARY KEY,
  client TEXT NOT NULL REFERENCES clients_client (id),
  receiver TEXT NOT NULL,
  service TEXT NOT NULL,
  sent_by TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  state TEXT NOT NULL
) STRICT;
CREATE INDEX referred_client_of_client ON referred_client (client, sent_at);
