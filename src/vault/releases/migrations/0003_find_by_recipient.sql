-- The inbox asks each sending vault once: what lives for this organisation.
CREATE INDEX releases_projection_to ON releases_projection (recipient_organization) WHERE destroyed_at IS NULL;
