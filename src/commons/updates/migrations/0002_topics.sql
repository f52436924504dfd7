-- Topics that staff added or changed on a page; those of the program's file stand without a row.
CREATE TABLE updates_topic (
  id TEXT NOT NULL PRIMARY KEY,
  name_en TEXT NOT NULL,
  name_es TEXT NOT NULL,
  about_en TEXT NOT NULL,
  about_es TEXT NOT NULL,
  roles TEXT NOT NULL,
  retired INTEGER NOT NULL CHECK (retired IN (0, 1)),
  added_at INTEGER NOT NULL
) STRICT;
