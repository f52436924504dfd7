-- Words are an index, written and deleted with their file in one transaction: a look at the file for each of a
-- dozen words was half of what saving them costs a server, and said nothing new.
ALTER TABLE clients_word DROP CONSTRAINT clients_word_number_fkey;
