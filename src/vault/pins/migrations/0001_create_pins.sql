-- Which other organisation's key an officer compared by voice, and when. The key in use is in vault_known_key.
CREATE TABLE pins_compared (
  organization TEXT NOT NULL PRIMARY KEY,
  public_key BLOB NOT NULL,
  compared_by TEXT NOT NULL,
  compared_at INTEGER NOT NULL
) STRICT;
