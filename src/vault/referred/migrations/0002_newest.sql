-- The list of all referrals of a vault, newest first.
CREATE INDEX referred_client_newest ON referred_client (sent_at);
