-- The signed agreement that made an organisation a member, and its contact there: a role.
ALTER TABLE network_organization ADD COLUMN agreement TEXT;
ALTER TABLE network_organization ADD COLUMN contact TEXT NOT NULL DEFAULT '';
CREATE INDEX network_organization_by_agreement ON network_organization (agreement);
