-- Task forces, where they work and who belongs to them (commons/network). Contacts are roles, not
-- people.
CREATE TABLE network_task_force (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  home TEXT NOT NULL,
  model TEXT NOT NULL,
  disciplines TEXT NOT NULL,
  languages TEXT NOT NULL,
  line TEXT NOT NULL,
  website TEXT NOT NULL,
  about TEXT NOT NULL,
  source TEXT NOT NULL,
  ends TEXT,
  version INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  UNIQUE (name, home)
) STRICT;
CREATE TABLE network_area (
  task_force TEXT NOT NULL REFERENCES network_task_force (id) ON DELETE CASCADE,
  county INTEGER NOT NULL,
  PRIMARY KEY (task_force, county)
) STRICT;
CREATE INDEX network_area_by_county ON network_area (county, task_force);
CREATE TABLE network_contact (
  task_force TEXT NOT NULL REFERENCES network_task_force (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  role TEXT NOT NULL,
  phone TEXT NOT NULL,
  email TEXT NOT NULL,
  PRIMARY KEY (task_force, number)
) STRICT;
-- Member organisations, and partners with what they do together and how it goes.
CREATE TABLE network_organization (
  id TEXT NOT NULL PRIMARY KEY,
  task_force TEXT NOT NULL REFERENCES network_task_force (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  purpose TEXT NOT NULL,
  since TEXT,
  until TEXT,
  going TEXT NOT NULL
) STRICT;
CREATE INDEX network_organization_by_task_force ON network_organization (task_force, name);
CREATE TABLE network_meeting (
  id TEXT NOT NULL PRIMARY KEY,
  task_force TEXT NOT NULL REFERENCES network_task_force (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  place TEXT NOT NULL,
  agenda TEXT NOT NULL,
  decisions TEXT NOT NULL
) STRICT;
CREATE INDEX network_meeting_by_task_force ON network_meeting (task_force, starts_at);
CREATE TABLE network_attendance (
  meeting TEXT NOT NULL REFERENCES network_meeting (id) ON DELETE CASCADE,
  organization TEXT NOT NULL REFERENCES network_organization (id) ON DELETE CASCADE,
  PRIMARY KEY (meeting, organization)
) STRICT;
CREATE TABLE network_action (
  id TEXT NOT NULL PRIMARY KEY,
  meeting TEXT NOT NULL REFERENCES network_meeting (id) ON DELETE CASCADE,
  words TEXT NOT NULL,
  owner TEXT REFERENCES network_organization (id) ON DELETE SET NULL,
  due TEXT,
  done_at INTEGER
) STRICT;
