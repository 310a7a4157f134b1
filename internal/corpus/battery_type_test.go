package corpus_test

const moods = "CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');\n"

var enumChanges = []change{
	{id: "enum_new", what: "an enum type with a column of it", base: shop, to: moods + "ALTER TABLE p ADD m mood"},
	{id: "drop_ref_enum", what: "a column and its enum type go", base: shop, from: moods + "ALTER TABLE p ADD m mood; UPDATE p SET m = 'ok'"},
	{id: "enum_add", what: "a value is added, and is a default at once", from: moods + "CREATE TABLE t (m mood DEFAULT 'ok'); INSERT INTO t VALUES ('ok')", to: "CREATE TYPE mood AS ENUM ('sad', 'ok', 'fine', 'glad'); CREATE TABLE t (m mood DEFAULT 'fine')"},
	{id: "enum_add_order", what: "values are added in front, between and behind", from: moods + "CREATE TABLE t (m mood); INSERT INTO t VALUES ('ok')", to: "CREATE TYPE mood AS ENUM ('angry', 'sad', 'meh', 'ok', 'glad', 'happy'); CREATE TABLE t (m mood)"},
	{id: "enum_drop_last", what: "the last value goes, under a default", from: moods + "CREATE TABLE t (m mood DEFAULT 'ok'); INSERT INTO t VALUES ('ok')", to: "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (m mood DEFAULT 'ok')"},
	{id: "enum_drop_middle", what: "a value in between goes, under defaults, an array and an index", from: moods + "CREATE TABLE t (id integer, m mood DEFAULT 'sad' NOT NULL, ms mood[] DEFAULT '{sad,glad}'); INSERT INTO t VALUES (1, 'glad', '{sad}'); CREATE INDEX i ON t (m); CREATE INDEX j ON t (id) WHERE m = 'sad'; ALTER TABLE t ADD CONSTRAINT k CHECK (m <> 'glad' OR id > 0)",
		to: "CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE TABLE t (id integer, m mood DEFAULT 'sad' NOT NULL, ms mood[] DEFAULT '{sad,glad}'); CREATE INDEX i ON t (m); CREATE INDEX j ON t (id) WHERE m = 'sad'; ALTER TABLE t ADD CONSTRAINT k CHECK (m <> 'glad' OR id > 0)"},
	{id: "enum_unused_drop_val", what: "a value of a type that no table uses goes", from: moods, to: "CREATE TYPE mood AS ENUM ('sad', 'glad')"},
	{id: "enum_reorder", what: "values change their order", from: moods + "CREATE TABLE t (m mood PRIMARY KEY); INSERT INTO t VALUES ('ok'), ('sad')", to: "CREATE TYPE mood AS ENUM ('glad', 'ok', 'sad'); CREATE TABLE t (m mood PRIMARY KEY)"},
	{id: "enum_rename_val", what: "a value gets another name, which cannot be told from one that goes and one that comes", from: moods + "CREATE TABLE t (m mood); INSERT INTO t VALUES ('ok')", to: "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy'); CREATE TABLE t (m mood)"},
	{id: "enum_drop_view", what: "a value goes under a view", from: moods + "CREATE TABLE t (m mood); INSERT INTO t VALUES ('ok'); CREATE VIEW v AS SELECT m FROM t WHERE m > 'sad'", to: "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (m mood); CREATE VIEW v AS SELECT m FROM t WHERE m > 'sad'"},
	{id: "enum_drop_function", what: "a value goes under a function and a default that calls it", from: moods + "CREATE FUNCTION f(mood) RETURNS mood LANGUAGE sql IMMUTABLE AS 'SELECT $1'; CREATE TABLE t (m mood DEFAULT f('ok')); INSERT INTO t VALUES ('ok')",
		to: "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE FUNCTION f(mood) RETURNS mood LANGUAGE sql IMMUTABLE AS 'SELECT $1'; CREATE TABLE t (m mood DEFAULT f('ok'))"},
	{id: "enum_drop_function_index", what: "a value goes under a function that an index and a check call", from: moods + "CREATE FUNCTION f(mood) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'; CREATE TABLE t (m mood CHECK (f(m) > 0)); INSERT INTO t VALUES ('ok'); CREATE INDEX i ON t (f(m))",
		to: "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE FUNCTION f(mood) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'; CREATE TABLE t (m mood CHECK (f(m) > 0)); CREATE INDEX i ON t (f(m))"},
	{id: "enum_drop_trigger_policy", what: "a value goes under a policy, a trigger and statistics", base: stamp, from: moods + "CREATE TABLE t (m mood, n integer); INSERT INTO t VALUES ('ok'); CREATE POLICY p ON t USING (m > 'sad'); CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.m = 'ok') EXECUTE FUNCTION stamp(); CREATE STATISTICS s ON m, n FROM t",
		to: "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (m mood, n integer); CREATE POLICY p ON t USING (m > 'sad'); CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.m = 'ok') EXECUTE FUNCTION stamp(); CREATE STATISTICS s ON m, n FROM t"},
	{id: "enum_drop_domain", what: "a value goes under a domain that no column has", from: moods + "CREATE DOMAIN d AS mood CHECK (VALUE <> 'sad')", to: "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN d AS mood CHECK (VALUE <> 'sad')"},
	{id: "enum_drop_domain_column", what: "a value goes under a domain that a column has", from: moods + "CREATE DOMAIN d AS mood; CREATE TABLE t (m d)", to: "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN d AS mood; CREATE TABLE t (m d)", otherWay: true},
	{id: "enum_drop_domain_users", what: "a value goes under a domain, a domain over it, arrays of them and a view", otherWay: true, from: moods + domainOver + "INSERT INTO t VALUES ('ok', '{ok}', 'ok', '{glad}', 'ok')", to: "CREATE TYPE mood AS ENUM ('ok', 'glad'); " + domainOver},
	{id: "enum_drop_generated", what: "a value goes under a generated column", from: moods + "CREATE TABLE t (m mood, g boolean GENERATED ALWAYS AS (m > 'sad') STORED); INSERT INTO t VALUES ('ok')", to: "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (m mood, g boolean GENERATED ALWAYS AS (m > 'sad') STORED)"},
	{id: "enum_drop_key", what: "a value goes of an enum by which a table is partitioned", from: "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy'); CREATE TABLE t (m mood) PARTITION BY LIST (m)", to: "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (m mood) PARTITION BY LIST (m)",
		refused: "enum public.mood cannot be made anew with other values: column t.m is in the way: the table is partitioned by it"},
	{id: "enum_drop_fk", what: "a value goes under a foreign key between enum columns", from: moods + "CREATE TABLE t (m mood PRIMARY KEY); INSERT INTO t VALUES ('ok'); CREATE TABLE c (m mood REFERENCES t); INSERT INTO c VALUES ('ok')", to: "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (m mood PRIMARY KEY); CREATE TABLE c (m mood REFERENCES t)"},
	{id: "enum_comment", what: "the comment on an enum type", base: moods, to: "COMMENT ON TYPE mood IS 'x'"},
}

// A check of domain d, and columns that hold values of it within others.
const (
	withinCheck = "ALTER DOMAIN d ADD CONSTRAINT k CHECK (VALUE > 0)"
	holdWithin  = "; CREATE TYPE c AS (x d); CREATE TYPE r AS RANGE (SUBTYPE = d); CREATE TABLE t (v c, w c[]); INSERT INTO t VALUES (ROW(5), '{(5)}'); CREATE TABLE u (z r); INSERT INTO u VALUES ('[1,5]'); CREATE MATERIALIZED VIEW m AS SELECT ROW(1)::c AS x"
)

var domainChanges = []change{
	{id: "domain", what: "a domain with a check and a column of it", base: shop, to: "CREATE DOMAIN d AS text CHECK (VALUE <> ''); ALTER TABLE p ADD x d"},
	{id: "domain_change", what: "another check of a domain that a column has", from: "CREATE DOMAIN d AS integer CONSTRAINT k CHECK (VALUE > 0); CREATE TABLE t (n d); INSERT INTO t VALUES (5)", to: "CREATE DOMAIN d AS integer CONSTRAINT k CHECK (VALUE > 1); CREATE TABLE t (n d)"},
	{id: "domain_base", what: "the type of a domain that a column has", otherWay: true, from: "CREATE DOMAIN d AS integer; CREATE TABLE t (n d); INSERT INTO t VALUES (5)", to: "CREATE DOMAIN d AS bigint; CREATE TABLE t (n d)"},
	{id: "domain_base_longer", what: "varchar becomes text in a domain with a check and a default", otherWay: true, from: "CREATE DOMAIN d AS varchar(50) DEFAULT 'x' CHECK (VALUE <> ''); COMMENT ON DOMAIN d IS 'c'; CREATE TABLE t (n d NOT NULL DEFAULT 'y', m d UNIQUE); INSERT INTO t VALUES ('a', 'b')",
		to: "CREATE DOMAIN d AS text DEFAULT 'x' CHECK (VALUE <> ''); COMMENT ON DOMAIN d IS 'c'; CREATE TABLE t (n d NOT NULL DEFAULT 'y', m d UNIQUE)"},
	{id: "domain_base_plain", what: "varchar becomes text in a domain without checks, which keeps the rows as they are", otherWay: true, from: "CREATE DOMAIN d AS varchar(50); CREATE TABLE t (n d PRIMARY KEY); INSERT INTO t VALUES ('a')", to: "CREATE DOMAIN d AS text; CREATE TABLE t (n d PRIMARY KEY)"},
	{id: "domain_base_users", what: "the type of a domain under keys, indexes, checks, a generated column, views, a policy, a trigger, a function and statistics", base: stamp, otherWay: true, from: domainUsers("integer"), to: domainUsers("bigint")},
	{id: "domain_base_array", what: "the type of a domain under an array of it", otherWay: true, from: "CREATE DOMAIN d AS integer CHECK (VALUE > 0); CREATE TABLE t (n d[] DEFAULT '{7}'); INSERT INTO t VALUES ('{5,6}')", to: "CREATE DOMAIN d AS bigint CHECK (VALUE > 0); CREATE TABLE t (n d[] DEFAULT '{7}')"},
	{id: "domain_base_cast", what: "text becomes a number in a domain, under a default", otherWay: true, from: "CREATE DOMAIN d AS text DEFAULT '1'; CREATE TABLE t (n d DEFAULT '5', ns d[]); INSERT INTO t VALUES ('12', '{3}')", to: "CREATE DOMAIN d AS integer DEFAULT 1; CREATE TABLE t (n d DEFAULT 5, ns d[])"},
	{id: "domain_base_zone", what: "a domain of timestamps gets a time zone", otherWay: true, from: "CREATE DOMAIN d AS timestamp; CREATE TABLE t (n d PRIMARY KEY); INSERT INTO t VALUES ('2024-05-01 12:00')", to: "CREATE DOMAIN d AS timestamptz; CREATE TABLE t (n d PRIMARY KEY)"},
	{id: "domain_base_storage", what: "the type of a domain that a column stores in a way of its own", otherWay: true, from: "CREATE DOMAIN d AS varchar(50); CREATE TABLE t (n d); ALTER TABLE t ALTER n SET STORAGE external, ALTER n SET STATISTICS 5; INSERT INTO t VALUES ('a')", to: "CREATE DOMAIN d AS text; CREATE TABLE t (n d); ALTER TABLE t ALTER n SET STORAGE external, ALTER n SET STATISTICS 5"},
	{id: "domain_base_heirs", what: "the type of a domain under partitions and heirs", otherWay: true, from: domainHeirs("integer"), to: domainHeirs("bigint")},
	{id: "domain_base_columns", what: "the type of a domain, while columns come to have it and others do no more", otherWay: true, from: "CREATE DOMAIN d AS integer; CREATE TABLE t (a d, b d, c integer, e d); INSERT INTO t VALUES (1, 2, 3, 4)", to: "CREATE DOMAIN d AS bigint; CREATE TABLE t (a d, b integer, c d, f d[]); CREATE TABLE u (x d)"},
	{id: "domain_base_enum", what: "an enum becomes text in a domain", otherWay: true, base: "CREATE TYPE e AS ENUM ('a', 'b')", from: "CREATE DOMAIN d AS e DEFAULT 'a'; CREATE TABLE t (n d, m d DEFAULT 'b'); INSERT INTO t VALUES ('a', 'b')", to: "CREATE DOMAIN d AS text DEFAULT 'a'; CREATE TABLE t (n d, m d DEFAULT 'b')"},
	{id: "domain_base_over", what: "the type of a domain under a domain over it", otherWay: true, from: "CREATE DOMAIN d AS integer; CREATE DOMAIN e AS d CHECK (VALUE > 0); COMMENT ON DOMAIN e IS 'c'; CREATE TABLE t (n d, m e, ms e[] DEFAULT '{1}'); INSERT INTO t VALUES (1, 2, '{3}'); CREATE VIEW v AS SELECT m FROM t",
		to: "CREATE DOMAIN d AS bigint; CREATE DOMAIN e AS d CHECK (VALUE > 0); COMMENT ON DOMAIN e IS 'c'; CREATE TABLE t (n d, m e, ms e[] DEFAULT '{1}'); CREATE VIEW v AS SELECT m FROM t"},
	{id: "domain_base_enum_goes", what: "an enum becomes text in a domain, and goes", otherWay: true, from: "CREATE TYPE e AS ENUM ('a', 'b'); CREATE DOMAIN d AS e; CREATE TABLE t (n d); INSERT INTO t VALUES ('a')", to: "CREATE DOMAIN d AS text; CREATE TABLE t (n d)"},
	{id: "domain_base_composite", what: "the type of a domain in a composite type that a column has", from: "CREATE DOMAIN d AS integer; CREATE TYPE c AS (a d); CREATE TABLE t (n c)", to: "CREATE DOMAIN d AS bigint; CREATE TYPE c AS (a d); CREATE TABLE t (n c)",
		refused: "composite type public.c cannot be changed: it would be dropped and made again, and column t.n is in the way: it holds values of that type"},
	{id: "domain_base_key", what: "the type of a domain by which a table is partitioned", from: "CREATE DOMAIN d AS integer; CREATE TABLE t (n d) PARTITION BY LIST (n)", to: "CREATE DOMAIN d AS bigint; CREATE TABLE t (n d) PARTITION BY LIST (n)",
		refused: "domain public.d cannot be changed: it would be dropped and made again, and column t.n is in the way: the table is partitioned by it"},
	{id: "domain_collation_column", what: "the collation of a domain that a column has", otherWay: true, from: "CREATE DOMAIN d AS text; CREATE TABLE t (n d); INSERT INTO t VALUES ('x'); CREATE INDEX i ON t (n)", to: `CREATE DOMAIN d AS text COLLATE "C"; CREATE TABLE t (n d); CREATE INDEX i ON t (n)`},
	{id: "domain_notnull", what: "a domain that a column has becomes NOT NULL", from: "CREATE DOMAIN d AS integer; CREATE TABLE t (n d); INSERT INTO t VALUES (5)", to: "CREATE DOMAIN d AS integer NOT NULL; CREATE TABLE t (n d)"},
	{id: "domain_check_goes_within", what: "the check of a domain goes whose values columns hold within others", base: "CREATE DOMAIN d AS integer", from: withinCheck + holdWithin, to: holdWithin, returns: withinCheck + " NOT VALID" + holdWithin},
	{id: "domain_check_goes_within_array", what: "the check of a domain goes that a column has an array of", base: "CREATE DOMAIN d AS integer", from: withinCheck + "; CREATE TABLE t (n d[]); INSERT INTO t VALUES ('{5}')", to: "CREATE TABLE t (n d[])", returns: withinCheck + " NOT VALID; CREATE TABLE t (n d[])"},
	{id: "domain_check_goes_with_column", what: "the check of a domain goes, and with it the column that holds its values within others", base: "CREATE DOMAIN d AS integer; CREATE TABLE t (a integer)", from: withinCheck + "; ALTER TABLE t ADD n d[]"},
	{id: "domain_check_comes_without_column", what: "a domain gets a check, and the column goes that holds its values within others", base: "CREATE DOMAIN d AS integer; CREATE TYPE c AS (x d[]); CREATE TABLE t (a integer)", from: "ALTER TABLE t ADD n c", to: withinCheck},
	{id: "domain_check_goes_before_column", what: "the check of a domain goes, and a column comes that holds its values within others", base: "CREATE DOMAIN d AS integer; CREATE TABLE t (a integer)", from: withinCheck, to: "ALTER TABLE t ADD n d[]"},
	{id: "domain_check_goes_over", what: "the check of a domain goes under another domain that a column has", base: "CREATE DOMAIN d AS integer; CREATE DOMAIN o AS d; CREATE TABLE t (n o); INSERT INTO t VALUES (5)", from: withinCheck},
	{id: "domain_notnull_goes_within", what: "a domain that a column has an array of need not have a value any more", from: "CREATE DOMAIN d AS integer NOT NULL; CREATE TABLE t (n d[]); INSERT INTO t VALUES ('{5}')", to: "CREATE DOMAIN d AS integer; CREATE TABLE t (n d[])",
		returns: "CREATE DOMAIN d AS integer; CREATE TABLE t (n d[])"},
	{id: "domain_notnull_goes_within_composite", what: "a domain within a composite type that a column has need not have a value any more, and a column is added", base: "CREATE TABLE u (a integer)", from: "CREATE DOMAIN d AS integer NOT NULL; CREATE TYPE c AS (x d); CREATE TABLE t (n c); INSERT INTO t VALUES ('(5)')", to: "CREATE DOMAIN d AS integer; CREATE TYPE c AS (x d); CREATE TABLE t (n c); ALTER TABLE u ADD b text",
		returns: "CREATE DOMAIN d AS integer; CREATE TYPE c AS (x d); CREATE TABLE t (n c)"},
	{id: "domain_to_base", what: "a column of a domain becomes one of its type", base: "CREATE DOMAIN d AS integer CHECK (VALUE > 0)", from: "CREATE TABLE t (n d); INSERT INTO t VALUES (5)", to: "CREATE TABLE t (n integer)"},
}

var typeChanges = []change{
	{id: "composite", what: "a composite type with a column of it", base: shop, to: "CREATE TYPE ct AS (a integer, b text); ALTER TABLE p ADD x ct"},
	{id: "composite_attr_type_column", what: "the type of an attribute under a column", from: "CREATE TYPE ct AS (a integer, b text); CREATE TABLE t (x ct); INSERT INTO t VALUES (ROW(1, 'x'))", to: "CREATE TYPE ct AS (a bigint, b text); CREATE TABLE t (x ct)",
		refused: "composite type public.ct cannot be changed: column t.x holds values of that type, and the server does not look into them"},
	{id: "composite_attr_drop_column", what: "an attribute goes under a column", from: "CREATE TYPE ct AS (a integer, b text); CREATE TABLE t (x ct); INSERT INTO t VALUES (ROW(1, 'x'))", to: "CREATE TYPE ct AS (a integer); CREATE TABLE t (x ct)"},
	{id: "composite_function", what: "the type of an attribute under a function", from: "CREATE TYPE ct AS (a integer); CREATE FUNCTION f(ct) RETURNS integer LANGUAGE sql AS 'SELECT 1'", to: "CREATE TYPE ct AS (a bigint); CREATE FUNCTION f(ct) RETURNS integer LANGUAGE sql AS 'SELECT 1'"},
	{id: "range_new", what: "a range type with a column of it", base: shop, to: "CREATE TYPE r AS RANGE (SUBTYPE = float8); ALTER TABLE p ADD x r"},
	{id: "collation_obj", what: "a collation with a column of it", base: shop, to: `CREATE COLLATION "Ger man" (provider = icu, locale = 'de-x-icu'); ALTER TABLE p ADD x text COLLATE "Ger man"`},
	{id: "addext", what: "an extension, and a column of a type of it", base: shop, to: "CREATE EXTENSION hstore; ALTER TABLE p ADD x hstore"},
	{id: "ext_citext", what: "a column becomes citext", base: shop + "CREATE EXTENSION citext", to: "ALTER TABLE p ALTER note TYPE citext"},
	{id: "ext_drop", what: "an extension is dropped with the column of its type", base: shop, from: "CREATE EXTENSION hstore; ALTER TABLE p ADD x hstore"},
	{id: "ext_schema", what: "the schema of an extension", base: "CREATE SCHEMA other", from: "CREATE EXTENSION pg_trgm", to: "CREATE EXTENSION pg_trgm SCHEMA other"},
	{id: "ext_index", what: "an index with an operator class of an extension", base: shop + "CREATE EXTENSION pg_trgm", to: "CREATE INDEX i ON p USING gin (note gin_trgm_ops)"},
}

// domainUsers has everything that can use a domain, which is of the type.
func domainUsers(base string) string {
	return "CREATE DOMAIN d AS " + base + ` CHECK (VALUE > 0);
CREATE TABLE p (id d PRIMARY KEY, n d, g integer GENERATED ALWAYS AS (n + 1) STORED, s text DEFAULT (3::d)::text, CHECK (n < 100), CHECK (id::d <> 7));
CREATE TABLE c (id integer PRIMARY KEY, p d REFERENCES p, e d, EXCLUDE USING btree (e WITH =));
INSERT INTO p VALUES (1, 2); INSERT INTO c VALUES (1, 1, 1);
CREATE INDEX i ON p (n) WHERE n > 1; CREATE INDEX j ON p ((n + 1)); CREATE STATISTICS st ON n, id FROM p;
CREATE FUNCTION f(d) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'; ALTER TABLE p ADD CHECK (f(n));
CREATE VIEW v AS SELECT n, f(n) FROM p; CREATE VIEW w AS SELECT n FROM v; CREATE MATERIALIZED VIEW m AS SELECT n FROM p; CREATE INDEX mi ON m (n);
CREATE VIEW x AS SELECT 5::d AS five; GRANT SELECT ON v TO PUBLIC;
CREATE POLICY y ON p USING (n > 1); CREATE TRIGGER z BEFORE UPDATE OF n ON p FOR EACH ROW WHEN (NEW.n > 1) EXECUTE FUNCTION stamp()`
}

func domainHeirs(base string) string {
	return "CREATE DOMAIN d AS " + base + ` CHECK (VALUE > 0);
CREATE TABLE p (k integer, n d DEFAULT 3) PARTITION BY LIST (k); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); ALTER TABLE p1 ALTER n SET DEFAULT 4; CREATE INDEX i ON p (n);
CREATE TABLE a (n d); CREATE TABLE b (o d[]) INHERITS (a); INSERT INTO p VALUES (1, 2); INSERT INTO b VALUES (5, '{6}')`
}

// domainOver has a domain of an enum and what there can be of it.
const domainOver = "CREATE DOMAIN d AS mood DEFAULT 'ok' CHECK (VALUE IS NOT NULL); CREATE DOMAIN e AS d CHECK (VALUE::mood <> 'glad'); " +
	"CREATE TABLE t (a d DEFAULT 'ok', b d[], c e, x mood[], y mood); CREATE INDEX i ON t (a); CREATE INDEX j ON t (y) WHERE a::mood = 'ok'; CREATE VIEW v AS SELECT c, a::mood = 'ok' AS f FROM t; " +
	"CREATE FUNCTION f(d) RETURNS integer LANGUAGE sql AS 'SELECT 1'; "
