-- Assessments asked for on the pages: the request, how far the job is, and the report as it was made
-- (commons/threat/desk). What a run counts for in its region's family stands in threat_run.
CREATE TABLE threat_desk_assessment (
  id TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'ready', 'failed')),
  request TEXT NOT NULL,
  synthetic INTEGER NOT NULL,
  steps_done INTEGER NOT NULL,
  steps INTEGER NOT NULL,
  problem TEXT NOT NULL,
  report TEXT NOT NULL,
  findings INTEGER NOT NULL,
  robust INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  made_at INTEGER
) STRICT;
CREATE INDEX threat_desk_assessment_by_time ON threat_desk_assessment (asked_at);
