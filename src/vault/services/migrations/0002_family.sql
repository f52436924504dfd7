-- Which family member was served, so that each one is counted once.
ALTER TABLE services_event ADD COLUMN relative TEXT;
