package postgres_test

// tableKinds is section 1.5.
func tableKinds() []kind {
	const s = "1.5"
	rest := parted + "CREATE TABLE p_rest PARTITION OF p DEFAULT; INSERT INTO p VALUES (9, 9);\n"
	child := "CREATE TABLE p3 (id int NOT NULL, k int); INSERT INTO p3 VALUES (3, 3);\n"
	attach := "ALTER TABLE p ATTACH PARTITION p3 FOR VALUES IN (3)"
	heirs := "CREATE TABLE a (x int); CREATE TABLE b (x int);\n"
	return []kind{
		{section: s, name: "create", base: tRows, to: "CREATE TABLE x (id int PRIMARY KEY)"},
		{section: s, name: "create with a foreign key", base: tRows, to: "CREATE TABLE x (id int PRIMARY KEY, t int REFERENCES t)"},
		{section: s, name: "create as an heir", base: heirs, to: "CREATE TABLE x (y int) INHERITS (a)"},
		{section: s, name: "create like another", base: tRows, written: "CREATE TABLE x (LIKE t)"},
		{section: s, name: "create of a query", base: tRows, written: "CREATE TABLE x AS SELECT * FROM t"},
		{section: s, name: "create a partition", base: parted, to: "CREATE TABLE p3 PARTITION OF p FOR VALUES IN (3)"},
		{section: s, name: "create a partition beside the default one", base: rest, to: "CREATE TABLE p3 PARTITION OF p FOR VALUES IN (3)"},
		{section: s, name: "drop", base: tRows, to: "DROP TABLE t"},
		{section: s, name: "drop of what refers to another", base: tRows + uRefs, to: "DROP TABLE u"},
		{section: s, name: "drop of a partition", base: parted, to: "DROP TABLE p2"},
		{section: s, name: "drop of a partition beside the default one", base: rest, to: "DROP TABLE p2"},
		{section: s, name: "rename", base: tRows, to: "ALTER TABLE t RENAME TO x; ALTER TABLE x RENAME CONSTRAINT t_pkey TO x_pkey", renames: tableRename("t", "x")},
		{section: s, name: "rename with a serial column", base: "CREATE TABLE t (id serial);", to: "ALTER TABLE t RENAME TO x; ALTER SEQUENCE t_id_seq RENAME TO x_id_seq", renames: tableRename("t", "x")},
		{section: s, name: "another schema", base: tRows, written: "ALTER TABLE t SET SCHEMA public"},
		{section: s, name: "another owner", base: tRows, written: "ALTER TABLE t OWNER TO pg_monitor"},
		{section: s, name: "options", base: tRows, to: "ALTER TABLE t SET (fillfactor = 70, autovacuum_enabled = false)"},
		{section: s, name: "a catalog of the user's", base: tRows, to: "ALTER TABLE t SET (user_catalog_table = true)"},
		{section: s, name: "no options", base: tRows + "ALTER TABLE t SET (fillfactor = 70);", to: "ALTER TABLE t RESET (fillfactor)"},
		{section: s, name: "unlogged", base: tRows, to: "ALTER TABLE t SET UNLOGGED"},
		{section: s, name: "unlogged with a serial column", base: "CREATE TABLE t (id serial); INSERT INTO t VALUES (1);", to: "ALTER TABLE t SET UNLOGGED"},
		{section: s, name: "logged", base: tRows + "ALTER TABLE t SET UNLOGGED;", to: "ALTER TABLE t SET LOGGED"},
		{section: s, name: "another access method", base: tRows + "CREATE ACCESS METHOD kind_heap TYPE TABLE HANDLER heap_tableam_handler;", to: "ALTER TABLE t SET ACCESS METHOD kind_heap", since: 15},
		{section: s, name: "the same access method", base: tRows, written: "ALTER TABLE t SET ACCESS METHOD heap", since: 15},
		{section: s, name: "tablespace", base: tRows, written: "ALTER TABLE t SET TABLESPACE pg_default"},
		{section: s, name: "row level security", base: tRows, to: "ALTER TABLE t ENABLE ROW LEVEL SECURITY"},
		{section: s, name: "row level security for the owner too", base: tRows + "ALTER TABLE t ENABLE ROW LEVEL SECURITY;", to: "ALTER TABLE t FORCE ROW LEVEL SECURITY"},
		{section: s, name: "inherit", base: heirs, to: "ALTER TABLE b INHERIT a"},
		{section: s, name: "inherit no more", base: heirs + "ALTER TABLE b INHERIT a;", to: "ALTER TABLE b NO INHERIT a"},
		{section: s, name: "attach a partition", base: parted + child, to: attach},
		{section: s, name: "attach a partition whose check implies the bounds", base: parted + child + "ALTER TABLE p3 ADD CONSTRAINT c CHECK (id = 3);", written: attach},
		{section: s, name: "attach a partition beside the default one", base: rest + child, to: attach},
		{section: s, name: "attach a partition under an index", base: parted + "CREATE INDEX ON p (k);" + child, to: attach},
		{section: s, name: "detach a partition", base: parted, to: "ALTER TABLE p DETACH PARTITION p2"},
		{section: s, name: "detach a partition beside the default one", base: rest, to: "ALTER TABLE p DETACH PARTITION p2"},
		{section: s, name: "truncate", base: tRows, written: "TRUNCATE t"},
		{section: s, name: "cluster", base: tRows, written: "CLUSTER t USING t_pkey"},
		{section: s, name: "comment on a table", base: tRows, written: "COMMENT ON TABLE t IS 'x'"},
		{section: s, name: "comment on a column", base: tRows, written: "COMMENT ON COLUMN t.a IS 'x'"},
		{section: s, name: "comment on an index", base: tRows, written: "COMMENT ON INDEX t_pkey IS 'x'"},
		{section: s, name: "comment on a constraint", base: tRows, written: "COMMENT ON CONSTRAINT t_pkey ON t IS 'x'"},
		{section: s, name: "grant", base: tRows, written: "GRANT SELECT ON t TO pg_monitor"},
		{section: s, name: "revoke", base: tRows, written: "REVOKE ALL ON t FROM pg_monitor"},
	}
}

// userTypeKinds is section 1.6.
func userTypeKinds() []kind {
	const s = "1.6"
	mood := "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (id int, m mood DEFAULT 'a'); INSERT INTO t VALUES (1);\n"
	domain := "CREATE DOMAIN d AS text; CREATE TABLE t (id int, c d); CREATE TABLE u (c d); INSERT INTO t VALUES (1, 'x');\n"
	return []kind{
		{section: s, name: "enum value added", base: mood, to: "ALTER TYPE mood ADD VALUE 'c'"},
		{section: s, name: "enum value added before another", base: mood, to: "ALTER TYPE mood ADD VALUE 'c' BEFORE 'b'"},
		{section: s, name: "enum value renamed", base: mood, written: "ALTER TYPE mood RENAME VALUE 'a' TO 'z'"},
		{section: s, name: "enum renamed", base: mood, written: "ALTER TYPE mood RENAME TO moods"},
		{section: s, name: "enum moved", base: mood, written: "ALTER TYPE mood SET SCHEMA public"},
		{section: s, name: "enum value dropped", base: mood, to: "ALTER TABLE t ALTER m DROP DEFAULT; ALTER TYPE mood RENAME TO old; CREATE TYPE mood AS ENUM ('a'); ALTER TABLE t ALTER m TYPE mood USING m::text::mood, ALTER m SET DEFAULT 'a'; DROP TYPE old"},
		{section: s, name: "domain gets a check", base: domain, to: "ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE <> 'no')"},
		{section: s, name: "domain gets not null", base: domain, to: "ALTER DOMAIN d SET NOT NULL"},
		{section: s, name: "domain gets a check that is not valid", base: domain, written: "ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE <> 'no') NOT VALID"},
		{section: s, name: "domain validates a check", base: domain + "ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE <> 'no') NOT VALID;", to: "ALTER DOMAIN d VALIDATE CONSTRAINT c"},
		{section: s, name: "domain gets a default", base: domain, to: "ALTER DOMAIN d SET DEFAULT 'x'"},
		{section: s, name: "domain loses a check", base: domain + "ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE <> 'no');", to: "ALTER DOMAIN d DROP CONSTRAINT c"},
		{section: s, name: "composite gets an attribute", base: "CREATE TYPE pair AS (x int); CREATE TABLE t (c pair); INSERT INTO t VALUES (ROW(1));", to: "ALTER TYPE pair ADD ATTRIBUTE y int"},
		{section: s, name: "type dropped", base: "CREATE TYPE mood AS ENUM ('a');", to: "DROP TYPE mood"},
	}
}
