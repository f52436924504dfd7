-- Which member organisation keeps which organisation of the directory (commons/directory/board).
CREATE TABLE directory_board_keeper (
  organization_id TEXT NOT NULL PRIMARY KEY,
  keeper TEXT NOT NULL
) STRICT;
