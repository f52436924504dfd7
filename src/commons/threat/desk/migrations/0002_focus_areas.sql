-- Focus areas: a finding that is worked on, in the four steps of problem solving. What people write
-- here is about places and industries; no column names a person.
CREATE TABLE threat_desk_focus (
  id TEXT NOT NULL PRIMARY KEY,
  assessment TEXT NOT NULL REFERENCES threat_desk_assessment (id),
  finding INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  begun TEXT,
  opened_at INTEGER NOT NULL,
  UNIQUE (assessment, finding)
) STRICT;
CREATE TABLE threat_desk_focus_note (
  id TEXT NOT NULL PRIMARY KEY,
  focus TEXT NOT NULL REFERENCES threat_desk_focus (id),
  kind TEXT NOT NULL CHECK (kind IN ('note', 'partner', 'gap')),
  words TEXT NOT NULL,
  written_at INTEGER NOT NULL
) STRICT;
CREATE INDEX threat_desk_focus_note_by_focus ON threat_desk_focus_note (focus, written_at);
CREATE TABLE threat_desk_focus_task (
  id TEXT NOT NULL PRIMARY KEY,
  focus TEXT NOT NULL REFERENCES threat_desk_focus (id),
  kind TEXT NOT NULL CHECK (kind IN ('visit', 'partner', 'toolkit', 'training', 'other')),
  words TEXT NOT NULL,
  owner TEXT NOT NULL,
  due TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('planned', 'done', 'dropped')),
  settled_at INTEGER
) STRICT;
CREATE INDEX threat_desk_focus_task_by_focus ON threat_desk_focus_task (focus, due);
CREATE INDEX threat_desk_focus_task_by_due ON threat_desk_focus_task (state, due);
CREATE TABLE threat_desk_focus_scan (
  focus TEXT NOT NULL REFERENCES threat_desk_focus (id),
  assessment TEXT NOT NULL REFERENCES threat_desk_assessment (id),
  PRIMARY KEY (focus, assessment)
) STRICT;
