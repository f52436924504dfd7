-- What staff say otherwise than the edition of the facts that came with the program. Every change
-- is kept; of each fact the last one stands. Owners are desks and organisations, not people.
CREATE TABLE library_register_change (
  number INTEGER NOT NULL PRIMARY KEY,
  fact TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  shipped TEXT NOT NULL,
  reason TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX library_register_change_by_fact ON library_register_change (fact, number);
CREATE TABLE library_register_source (
  id TEXT NOT NULL PRIMARY KEY,
  publisher TEXT NOT NULL,
  title TEXT NOT NULL,
  address TEXT NOT NULL
) STRICT;
