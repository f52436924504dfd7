-- How the two workers and the person come together: a code, no free text.
ALTER TABLE referrals_token ADD COLUMN hand_over TEXT NOT NULL DEFAULT 'together'
  CHECK (hand_over IN ('together', 'call_worker', 'person_calls'));
