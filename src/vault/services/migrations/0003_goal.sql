-- Which of her goals it was for.
ALTER TABLE services_event ADD COLUMN goal TEXT;
