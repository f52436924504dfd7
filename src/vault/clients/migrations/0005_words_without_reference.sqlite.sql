-- Words are an index, written and deleted with their file in one transaction: a look at the file for each of a
-- dozen words was half of what saving them costs a server, and said nothing new.
ALTER TABLE clients_word RENAME TO clients_word_before;
CREATE TABLE clients_word (
  term BLOB NOT NULL,
  number INTEGER NOT NULL,
  question TEXT NOT NULL,
  PRIMARY KEY (term, number, question)
) STRICT, WITHOUT ROWID;
INSERT INTO clients_word (term, number, question) SELECT term, number, question FROM clients_word_before;
DROP TABLE clients_word_before;
CREATE INDEX clients_word_of_file ON clients_word (number, question);
