-- What is to be done, by when, by whom. Days, owners and deadline codes are open; the words are sealed under the
-- client's key, or under the organisation's where the task is for no client.
CREATE TABLE tasks_task (
  id TEXT NOT NULL PRIMARY KEY,
  client TEXT REFERENCES clients_client (id),
  deadline TEXT,
  due_on TEXT NOT NULL,
  owner TEXT NOT NULL,
  body BLOB NOT NULL,
  made_at INTEGER NOT NULL,
  made_by TEXT NOT NULL,
  done_at INTEGER,
  done_by TEXT
) STRICT;
CREATE INDEX tasks_task_of_client ON tasks_task (client, due_on);
CREATE INDEX tasks_task_of_owner ON tasks_task (owner, due_on);
