-- Codes, dates of work and counts are open; what identifies a person is sealed under the client's key,
-- which is wrapped under the organisation's. Without the wrapped key nothing of a client opens again.
CREATE TABLE clients_client (
  id TEXT NOT NULL PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'shredded')),
  opened_on TEXT NOT NULL,
  closed_on TEXT,
  closure_reason TEXT,
  wrapped_key BLOB,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  shred_asked_by TEXT,
  shred_asked_at INTEGER
) STRICT;

CREATE TABLE clients_answer (
  client TEXT NOT NULL REFERENCES clients_client (id),
  question TEXT NOT NULL,
  skip TEXT,
  codes TEXT,
  sealed BLOB,
  version INTEGER NOT NULL,
  answered_at INTEGER NOT NULL,
  answered_by TEXT NOT NULL,
  PRIMARY KEY (client, question)
) STRICT;

-- Keyed hashes of words (trust/keys/blind_index.hpp).
CREATE TABLE clients_term (
  term BLOB NOT NULL,
  client TEXT NOT NULL REFERENCES clients_client (id),
  question TEXT NOT NULL,
  PRIMARY KEY (term, client, question)
) STRICT;
CREATE INDEX clients_term_of_client ON clients_term (client, question);

CREATE TABLE clients_relative (
  id TEXT NOT NULL PRIMARY KEY,
  client TEXT NOT NULL REFERENCES clients_client (id),
  relation TEXT NOT NULL,
  age_group TEXT,
  name BLOB NOT NULL,
  added_at INTEGER NOT NULL
) STRICT;
CREATE INDEX clients_relative_of_client ON clients_relative (client);
