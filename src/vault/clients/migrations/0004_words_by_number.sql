-- The words of a file by its number: numbers grow, so that the words of new files are written side by
-- side in one of the two orders, and a search meets few pages.
CREATE TABLE clients_word (
  term BLOB NOT NULL,
  number INTEGER NOT NULL REFERENCES clients_client (number),
  question TEXT NOT NULL,
  PRIMARY KEY (term, number, question)
) STRICT, WITHOUT ROWID;
CREATE INDEX clients_word_of_file ON clients_word (number, question);
INSERT INTO clients_word (term, number, question)
  SELECT t.term, c.number, t.question FROM clients_term t JOIN clients_client c ON c.id = t.client;
DROP TABLE clients_term;
