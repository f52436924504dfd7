-- What was read from the official files: one load per file (or set of parts), its rows, and the
-- rows that were not taken. Only rows of loads in state 'current' count; a load is 'loading' until
-- its last row is stored. No column holds a name, street or phone of a natural person.

CREATE TABLE threat_load (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dataset TEXT NOT NULL,
  program TEXT NOT NULL,
  slice TEXT NOT NULL,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  fiscal_year INTEGER,
  as_of TEXT,
  state TEXT NOT NULL CHECK (state IN ('loading', 'current', 'superseded')),
  files INTEGER NOT NULL,
  rows_in INTEGER NOT NULL,
  rows_kept INTEGER NOT NULL,
  rows_rejected INTEGER NOT NULL,
  values_set_aside INTEGER NOT NULL,
  notes TEXT NOT NULL,
  imported INTEGER NOT NULL
) STRICT;
CREATE INDEX threat_load_by_dataset ON threat_load (dataset, slice, state);
CREATE INDEX threat_load_by_digest ON threat_load (digest);

CREATE TABLE threat_rejected (
  load_id INTEGER NOT NULL,
  file TEXT NOT NULL,
  line INTEGER NOT NULL,
  field TEXT NOT NULL,
  reason TEXT NOT NULL,
  whole_row INTEGER NOT NULL
) STRICT;
CREATE INDEX threat_rejected_by_load ON threat_rejected (load_id, line);

-- Wage and Hour Division: one concluded compliance action a row. Money in cents.
CREATE TABLE threat_case (
  load_id INTEGER NOT NULL,
  line INTEGER NOT NULL,
  case_id INTEGER,
  trade_name TEXT,
  legal_name TEXT,
  natural_person INTEGER NOT NULL,
  city TEXT,
  state TEXT,
  zip TEXT,
  county INTEGER,
  naics TEXT,
  naics_2017 TEXT,
  violations INTEGER,
  penalties INTEGER,
  employees INTEGER,
  back_wages INTEGER,
  employees_paid INTEGER,
  period_start TEXT,
  period_end TEXT,
  flsa INTEGER,
  flsa_back_wages INTEGER,
  minimum_wage_back_wages INTEGER,
  overtime_back_wages INTEGER,
  retaliation_back_wages INTEGER,
  repeat_violator TEXT,
  sca INTEGER,
  mspa INTEGER,
  h1b INTEGER,
  fmla INTEGER,
  child_labor INTEGER,
  minors INTEGER,
  dbra INTEGER,
  h2a INTEGER,
  h2b INTEGER,
  field_sanitation INTEGER
) STRICT;
CREATE INDEX threat_case_by_load ON threat_case (load_id);

-- Foreign labor certification: one decision a row; sub-rows repeat a case for its members.
CREATE TABLE threat_certification (
  load_id INTEGER NOT NULL,
  line INTEGER NOT NULL,
  case_number TEXT NOT NULL,
  sub_row INTEGER NOT NULL,
  status TEXT NOT NULL,
  decided TEXT,
  received TEXT,
  begins TEXT,
  ends TEXT,
  employer TEXT,
  trade_name TEXT,
  natural_person INTEGER NOT NULL,
  filer TEXT NOT NULL,
  city TEXT,
  state TEXT,
  zip TEXT,
  county INTEGER,
  worksite_state TEXT,
  worksite_county INTEGER,
  naics TEXT,
  naics_2017 TEXT,
  occupation TEXT,
  job TEXT,
  crop TEXT,
  requested INTEGER,
  certified INTEGER
) STRICT;
CREATE INDEX threat_certification_by_load ON threat_certification (load_id);

-- Occupational Safety and Health Administration.
CREATE TABLE threat_inspection (
  load_id INTEGER NOT NULL,
  line INTEGER NOT NULL,
  activity INTEGER NOT NULL,
  establishment TEXT,
  natural_person INTEGER NOT NULL,
  city TEXT,
  state TEXT,
  zip TEXT,
  county INTEGER,
  owner TEXT,
  sic TEXT,
  naics TEXT,
  naics_2017 TEXT,
  kind TEXT,
  scope TEXT,
  migrant INTEGER NOT NULL,
  employees INTEGER,
  opened TEXT,
  closed TEXT
) STRICT;
CREATE INDEX threat_inspection_by_load ON threat_inspection (load_id);

CREATE TABLE threat_violation (
  load_id INTEGER NOT NULL,
  line INTEGER NOT NULL,
  activity INTEGER NOT NULL,
  citation TEXT NOT NULL,
  standard TEXT,
  kind TEXT,
  issued TEXT,
  penalty INTEGER,
  initial_penalty INTEGER,
  instances INTEGER,
  exposed INTEGER,
  gravity INTEGER,
  deleted INTEGER NOT NULL
) STRICT;
CREATE INDEX threat_violation_by_load ON threat_violation (load_id);

-- Census of employment and wages. A suppressed cell has no jobs and wages here: its zeros are not
-- zeros.
CREATE TABLE threat_employment (
  load_id INTEGER NOT NULL,
  line INTEGER NOT NULL,
  area TEXT NOT NULL,
  county INTEGER,
  ownership INTEGER NOT NULL,
  industry TEXT NOT NULL,
  level INTEGER NOT NULL,
  size INTEGER NOT NULL,
  year INTEGER NOT NULL,
  quarter INTEGER NOT NULL,
  suppressed INTEGER NOT NULL,
  establishments INTEGER,
  jobs REAL,
  wages INTEGER
) STRICT;
CREATE INDEX threat_employment_by_load ON threat_employment (load_id);

CREATE TABLE threat_population (
  load_id INTEGER NOT NULL,
  line INTEGER NOT NULL,
  place INTEGER NOT NULL,
  year INTEGER NOT NULL,
  population INTEGER NOT NULL
) STRICT;
CREATE INDEX threat_population_by_load ON threat_population (load_id);

-- Everything else that is looked up: code lists, crosswalks, addenda, published sums.
CREATE TABLE threat_reference (
  load_id INTEGER NOT NULL,
  line INTEGER NOT NULL,
  code TEXT NOT NULL,
  place TEXT NOT NULL,
  amount REAL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX threat_reference_by_load ON threat_reference (load_id, code);
