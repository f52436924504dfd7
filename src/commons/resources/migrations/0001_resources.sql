-- The resource library (commons/resources): what others publish and what is ours to pass on.
CREATE TABLE resources_item (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  title_en TEXT NOT NULL,
  title_es TEXT NOT NULL,
  about_en TEXT NOT NULL,
  about_es TEXT NOT NULL,
  publisher TEXT NOT NULL,
  address TEXT NOT NULL,
  licence TEXT NOT NULL,
  audiences TEXT NOT NULL,
  topics TEXT NOT NULL,
  languages TEXT NOT NULL,
  federal INTEGER NOT NULL CHECK (federal IN (0, 1)),
  published INTEGER NOT NULL CHECK (published IN (0, 1)),
  review TEXT,
  opens TEXT,
  closes TEXT,
  version INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  link_state TEXT NOT NULL,
  link_code INTEGER NOT NULL,
  checked_at INTEGER
) STRICT;
CREATE INDEX resources_item_by_check ON resources_item (checked_at);
-- A survivor's own words, and what she allowed. Who she is stands nowhere here: `form` says where
-- the signed paper lies. Without a live consent the words are shown nowhere; when it is withdrawn
-- they are gone.
CREATE TABLE resources_story (
  item TEXT NOT NULL PRIMARY KEY REFERENCES resources_item (id) ON DELETE CASCADE,
  words_en TEXT NOT NULL,
  words_es TEXT NOT NULL,
  uses TEXT NOT NULL,
  until TEXT NOT NULL,
  form TEXT NOT NULL,
  recorded_by TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  withdrawn_by TEXT,
  withdrawn_at INTEGER
) STRICT;
-- Items put together: a collection, or a campaign with days, text to copy and posters.
CREATE TABLE resources_collection (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('collection', 'campaign')),
  title_en TEXT NOT NULL,
  title_es TEXT NOT NULL,
  about_en TEXT NOT NULL,
  about_es TEXT NOT NULL,
  copy_en TEXT NOT NULL,
  copy_es TEXT NOT NULL,
  starts TEXT,
  ends TEXT,
  posters TEXT NOT NULL,
  published INTEGER NOT NULL CHECK (published IN (0, 1)),
  changed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE resources_collection_item (
  collection TEXT NOT NULL REFERENCES resources_collection (id) ON DELETE CASCADE,
  item TEXT NOT NULL REFERENCES resources_item (id) ON DELETE CASCADE,
  PRIMARY KEY (collection, item)
) STRICT;
-- Entries of the data file that were taken once: who removes one on the desk removes it for good.
CREATE TABLE resources_taken (id TEXT NOT NULL PRIMARY KEY) STRICT;
