-- Each use of the gate ends what is late: it looks only at what has not ended.
CREATE INDEX releases_release_living ON releases_release (expires_at) WHERE ended_at IS NULL;
CREATE INDEX releases_projection_living ON releases_projection (release) WHERE destroyed_at IS NULL;
