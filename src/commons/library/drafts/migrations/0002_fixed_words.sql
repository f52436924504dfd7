-- What a fixed document says on the screen, as HTML of our own, and since when: facts may change
-- afterwards, its words do not.
ALTER TABLE library_drafts_draft ADD COLUMN words TEXT NOT NULL DEFAULT '';
ALTER TABLE library_drafts_draft ADD COLUMN fixed_at INTEGER;
