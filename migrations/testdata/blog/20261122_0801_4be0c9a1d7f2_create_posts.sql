-- revision: 4be0c9a1d7f2
-- parents:
-- message: create posts
-- created: 2026-11-22T08:01:00Z
-- dialect: sqlite

-- gen:up
CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT NOT NULL);

-- gen:down
DROP TABLE posts;
