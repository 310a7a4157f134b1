-- revision: 9c41d07be2a5
-- parents: 4be0c9a1d7f2
-- message: posts: add status
-- created: 2026-11-22T08:14:05Z
-- dialect: sqlite

-- gen:up
ALTER TABLE posts ADD COLUMN status TEXT NOT NULL DEFAULT 'draft';

-- gen:down
ALTER TABLE posts DROP COLUMN status;
