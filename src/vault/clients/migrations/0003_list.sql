-- Lists are of one state, newest first, and counted.
CREATE INDEX clients_client_by_state ON clients_client (state, number);
