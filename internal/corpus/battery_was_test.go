package corpus_test

// wasBase has a table with rows, and functions that the cases call.
const wasBase = `CREATE TABLE users (id integer PRIMARY KEY, email text, age integer);
INSERT INTO users VALUES (1, 'a@b', 30), (2, 'c@d', 4)`

const (
	fOld = "CREATE FUNCTION f(x integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT x + 1';\n"
	gNew = "-- gen:was f\nCREATE FUNCTION g(x integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT x + 1';\n"
	tOld = "CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\n"
)

// wasChanges are objects that have another name in files, with a hint.
var wasChanges = []change{
	{id: "was_view", what: "a view is renamed", base: wasBase,
		from:    "CREATE VIEW old AS SELECT id, email FROM users; COMMENT ON VIEW old IS 'c'; GRANT SELECT ON old TO PUBLIC",
		objects: "-- gen:was old\nCREATE VIEW fresh AS SELECT id, email FROM users; COMMENT ON VIEW fresh IS 'c'",
		to:      "GRANT SELECT ON fresh TO PUBLIC"},
	{id: "was_view_changed", what: "a view is renamed and gets another query", base: wasBase,
		from:    "CREATE VIEW old AS SELECT id, email FROM users",
		objects: "-- gen:was old\nCREATE VIEW fresh AS SELECT id, email FROM users WHERE age > 3"},
	{id: "was_view_columns", what: "a view is renamed and gets other columns", base: wasBase,
		from:    "CREATE VIEW old AS SELECT id, email FROM users",
		objects: "-- gen:was old\nCREATE VIEW fresh AS SELECT id, age FROM users"},
	{id: "was_view_below_others", what: "a view is renamed under a view, a rule, a trigger and a materialized view", base: wasBase,
		from: tOld + `CREATE VIEW old AS SELECT id, email FROM users; CREATE VIEW over AS SELECT old.id FROM old JOIN users u ON u.id = old.id;
CREATE MATERIALIZED VIEW m AS SELECT o.email FROM old o; CREATE TRIGGER g INSTEAD OF INSERT ON old FOR EACH ROW EXECUTE FUNCTION stamp()`,
		objects: tOld + `-- gen:was old
CREATE VIEW fresh AS SELECT id, email FROM users;
CREATE VIEW over AS SELECT fresh.id FROM fresh JOIN users u ON u.id = fresh.id;
CREATE MATERIALIZED VIEW m AS SELECT o.email FROM fresh o; CREATE TRIGGER g INSTEAD OF INSERT ON fresh FOR EACH ROW EXECUTE FUNCTION stamp()`},
	{id: "was_materialized_view", what: "a materialized view and its index are renamed", base: wasBase,
		from:    "CREATE MATERIALIZED VIEW old AS SELECT id, email FROM users; CREATE UNIQUE INDEX old_i ON old (id)",
		objects: "-- gen:was old\nCREATE MATERIALIZED VIEW fresh AS SELECT id, email FROM users;\n-- gen:was old_i\nCREATE UNIQUE INDEX fresh_i ON fresh (id)"},
	{id: "was_view_in_schema", what: "a view moves into another schema under another name", base: "CREATE SCHEMA other;\n" + wasBase,
		from:    "CREATE VIEW old AS SELECT id FROM users",
		objects: "-- gen:was public.old\nCREATE VIEW other.fresh AS SELECT id FROM public.users"},
	{id: "was_chain", what: "names move on from view to view", base: wasBase,
		from:    "CREATE VIEW a AS SELECT id FROM users; CREATE VIEW b AS SELECT email FROM users",
		objects: "-- gen:was a\nCREATE VIEW b AS SELECT id FROM users;\n-- gen:was b\nCREATE VIEW c AS SELECT email FROM users"},
	{id: "was_function", what: "a function is renamed under a view, a check, a default, an index and a generated column", base: wasBase,
		from: fOld + `ALTER TABLE users ADD CHECK (f(age) > 0); ALTER TABLE users ALTER age SET DEFAULT f(3); CREATE INDEX i ON users (f(age)) WHERE f(id) > 0;
ALTER TABLE users ADD n integer GENERATED ALWAYS AS (f(id)) STORED; CREATE VIEW v AS SELECT f(id) AS n FROM users, f(2) AS x`,
		objects: gNew + "CREATE VIEW v AS SELECT g(id) AS n FROM users, g(2) AS x",
		to: `ALTER TABLE users ADD CHECK (g(age) > 0); ALTER TABLE users ALTER age SET DEFAULT g(3); CREATE INDEX i ON users (g(age)) WHERE g(id) > 0;
ALTER TABLE users ADD n integer GENERATED ALWAYS AS (g(id)) STORED`},
	{id: "was_function_body", what: "a function is renamed and gets another body", base: wasBase,
		from: fOld, objects: "-- gen:was f\nCREATE FUNCTION g(x integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT x + 2'"},
	{id: "was_function_result", what: "a function is renamed and gets another result", base: wasBase,
		from:    fOld + "CREATE VIEW v AS SELECT f(id) AS n FROM users",
		objects: "-- gen:was f\nCREATE FUNCTION g(x integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT x::bigint';\nCREATE VIEW v AS SELECT g(id) AS n FROM users"},
	{id: "was_function_overloaded", what: "one of two functions of a name is renamed", base: wasBase,
		from:    fOld + "CREATE FUNCTION f(x text) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'; CREATE VIEW v AS SELECT f(id) AS n FROM users; CREATE VIEW w AS SELECT f(email) AS n FROM users",
		objects: "-- gen:was f(int)\nCREATE FUNCTION g(x integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT x + 1';\nCREATE FUNCTION f(x text) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'; CREATE VIEW v AS SELECT g(id) AS n FROM users; CREATE VIEW w AS SELECT f(email) AS n FROM users"},
	{id: "was_function_called_in_body", what: "a function is renamed that the body of another one calls", base: wasBase,
		from:    fOld + "CREATE FUNCTION h() RETURNS integer LANGUAGE sql AS 'SELECT public.f(1)'",
		objects: gNew + "CREATE FUNCTION h() RETURNS integer LANGUAGE sql AS 'SELECT public.g(1)'"},
	{id: "was_function_of_trigger_and_policy", what: "functions of a trigger and of a policy are renamed", base: wasBase,
		from:    tOld + "CREATE TRIGGER g BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION stamp(); CREATE FUNCTION mine() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true'; CREATE POLICY p ON users USING (mine())",
		objects: "-- gen:was stamp\nCREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\nCREATE TRIGGER g BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();\n-- gen:was mine\nCREATE FUNCTION ours() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true'; CREATE POLICY p ON users USING (ours())"},
	{id: "was_procedure", what: "a procedure is renamed", base: wasBase,
		from:    "CREATE PROCEDURE p(x integer) LANGUAGE plpgsql AS 'BEGIN END'",
		objects: "-- gen:was p\nCREATE PROCEDURE q(x integer) LANGUAGE plpgsql AS 'BEGIN END'"},
	{id: "was_aggregate", what: "an aggregate and its function are renamed", base: wasBase,
		from:    "CREATE FUNCTION s(a integer, b integer) RETURNS integer LANGUAGE sql AS 'SELECT a + b'; CREATE AGGREGATE total(integer) (SFUNC = s, STYPE = integer); CREATE VIEW v AS SELECT total(age) AS n FROM users",
		objects: "-- gen:was s\nCREATE FUNCTION plus(a integer, b integer) RETURNS integer LANGUAGE sql AS 'SELECT a + b';\n-- gen:was total\nCREATE AGGREGATE amount(integer) (SFUNC = plus, STYPE = integer); CREATE VIEW v AS SELECT amount(age) AS n FROM users"},
	{id: "was_trigger", what: "a trigger, a policy, a rule and statistics are renamed", base: wasBase,
		from:    tOld + "CREATE TRIGGER a BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION stamp(); ALTER TABLE users DISABLE TRIGGER a; CREATE POLICY b ON users USING (age > 3); CREATE RULE c AS ON DELETE TO users DO ALSO NOTHING; CREATE STATISTICS d ON email, age FROM users",
		objects: tOld + "-- gen:was a\nCREATE TRIGGER a2 BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION stamp(); ALTER TABLE users DISABLE TRIGGER a2;\n-- gen:was b\nCREATE POLICY b2 ON users USING (age > 3);\n-- gen:was c\nCREATE RULE c2 AS ON DELETE TO users DO ALSO NOTHING;\n-- gen:was d\nCREATE STATISTICS d2 ON email, age FROM users"},
	{id: "was_trigger_changed", what: "a trigger is renamed and fires on something else", base: wasBase,
		from:    tOld + "CREATE TRIGGER a BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION stamp()",
		objects: tOld + "-- gen:was a\nCREATE TRIGGER a2 BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION stamp()"},
	{id: "was_trigger_of_partitions", what: "a trigger of a partitioned table is renamed", base: "CREATE TABLE p (a integer) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); INSERT INTO p VALUES (1)",
		from:    tOld + "CREATE TRIGGER a BEFORE UPDATE ON p FOR EACH ROW EXECUTE FUNCTION stamp()",
		objects: tOld + "-- gen:was a\nCREATE TRIGGER a2 BEFORE UPDATE ON p FOR EACH ROW EXECUTE FUNCTION stamp()"},
	{id: "was_domain", what: "a domain is renamed under columns, an array, defaults, a check, a function, a view and another domain",
		from: `CREATE DOMAIN d AS text DEFAULT 'x' CHECK (VALUE <> ''); CREATE DOMAIN over AS d; CREATE FUNCTION f(x d) RETURNS d LANGUAGE sql AS 'SELECT x'; CREATE VIEW v AS SELECT 'k'::d AS k;
CREATE TABLE t (a d, b d[] DEFAULT '{y}'::d[], c text DEFAULT 'z'::d, e over CHECK (e::d <> 'q')); INSERT INTO t VALUES ('1', '{2}', '3', '4')`,
		objects: `-- gen:was d
CREATE DOMAIN e AS text DEFAULT 'x' CHECK (VALUE <> ''); CREATE DOMAIN over AS e; CREATE FUNCTION f(x e) RETURNS e LANGUAGE sql AS 'SELECT x'; CREATE VIEW v AS SELECT 'k'::e AS k`,
		to: `CREATE TABLE t (a e, b e[] DEFAULT '{y}'::e[], c text DEFAULT 'z'::e, e over CHECK (e::e <> 'q')); INSERT INTO t VALUES ('1', '{2}', '3', '4')`},
	{id: "was_domain_check", what: "a domain is renamed, moves into another schema and gets another check", base: "CREATE SCHEMA other",
		from:    "CREATE DOMAIN d AS text CONSTRAINT c CHECK (VALUE <> ''); CREATE TABLE t (a d); INSERT INTO t VALUES ('1')",
		objects: "-- gen:was public.d\nCREATE DOMAIN other.e AS text CONSTRAINT c CHECK (VALUE <> 'x')",
		to:      "CREATE TABLE t (a other.e); INSERT INTO t VALUES ('1')"},
	{id: "was_composite", what: "a composite type is renamed under a column, an array and a function",
		from:    "CREATE TYPE c AS (a integer, b text); CREATE FUNCTION f(x c) RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (a c, b c[]); INSERT INTO t VALUES ('(1,x)', '{\"(2,y)\"}')",
		objects: "-- gen:was c\nCREATE TYPE d AS (a integer, b text, n bigint); CREATE FUNCTION f(x d) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
		to:      "CREATE TABLE t (a d, b d[]); INSERT INTO t VALUES ('(1,x,)', '{\"(2,y,)\"}')"},
	{id: "was_collation", what: "a collation is renamed under a column and an index",
		from:    "CREATE COLLATION c (provider = icu, locale = 'de'); CREATE TABLE t (a text COLLATE c, b text); CREATE INDEX i ON t (b COLLATE c); INSERT INTO t VALUES ('1', '2')",
		objects: "-- gen:was c\nCREATE COLLATION d (provider = icu, locale = 'de')",
		to:      "CREATE TABLE t (a text COLLATE d, b text); CREATE INDEX i ON t (b COLLATE d); INSERT INTO t VALUES ('1', '2')"},
	{id: "was_publication", what: "a publication is renamed", base: wasBase,
		from:    "CREATE PUBLICATION p FOR TABLE users",
		objects: "-- gen:was p\nCREATE PUBLICATION q FOR TABLE users WITH (publish = 'insert')"},
	{id: "was_range", what: "a range type with a column is renamed",
		from:    "CREATE TYPE r AS RANGE (SUBTYPE = integer); CREATE TABLE t (a r); INSERT INTO t VALUES ('[1,2)')",
		objects: "-- gen:was r\nCREATE TYPE s AS RANGE (SUBTYPE = integer)",
		to:      "CREATE TABLE t (a s)",
		refused: "schema/a.sql:2:1: range type public.r cannot be renamed to public.s: the server would leave its constructor functions and its multirange under the old name"},
	{id: "was_enum", what: "an enum of the models is renamed under a column, an array, a default, a check, an index, a generated column, a view and a function",
		enums: map[string]string{"public.mood": "public.feeling"},
		from: `CREATE TYPE feeling AS ENUM ('ok', 'sad'); COMMENT ON TYPE feeling IS 'c'; CREATE TABLE t (a feeling DEFAULT 'ok' CHECK (a <> 'sad'), b feeling[] DEFAULT '{ok}', g text GENERATED ALWAYS AS (CASE WHEN a = 'ok'::feeling THEN 'y' END) STORED);
CREATE INDEX i ON t (a) WHERE a = 'ok'; CREATE VIEW v AS SELECT 'ok'::feeling AS f, a FROM t; CREATE FUNCTION f(x feeling) RETURNS feeling LANGUAGE sql AS 'SELECT x'; INSERT INTO t VALUES ('ok', '{sad}')`,
		to: `CREATE TYPE mood AS ENUM ('ok', 'sad'); COMMENT ON TYPE mood IS 'c'; CREATE TABLE t (a mood DEFAULT 'ok' CHECK (a <> 'sad'), b mood[] DEFAULT '{ok}', g text GENERATED ALWAYS AS (CASE WHEN a = 'ok'::mood THEN 'y' END) STORED);
CREATE INDEX i ON t (a) WHERE a = 'ok'; CREATE VIEW v AS SELECT 'ok'::mood AS f, a FROM t; CREATE FUNCTION f(x mood) RETURNS mood LANGUAGE sql AS 'SELECT x'; INSERT INTO t VALUES ('ok', '{sad}')`},
	{id: "was_enum_values", what: "an enum of the models is renamed and gets values", enums: map[string]string{"public.mood": "public.feeling"},
		from: "CREATE TYPE feeling AS ENUM ('ok'); CREATE TABLE t (a feeling DEFAULT 'ok'); INSERT INTO t VALUES ('ok')",
		to:   "CREATE TYPE mood AS ENUM ('good', 'ok', 'sad'); CREATE TABLE t (a mood DEFAULT 'ok'); INSERT INTO t VALUES ('ok')"},
	{id: "was_enum_anew", what: "an enum of the models is renamed and loses a value", enums: map[string]string{"public.mood": "public.feeling"},
		from: "CREATE TYPE feeling AS ENUM ('ok', 'sad'); CREATE TABLE t (a feeling DEFAULT 'ok'); INSERT INTO t VALUES ('ok')",
		to:   "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE t (a mood DEFAULT 'ok'); INSERT INTO t VALUES ('ok')"},
	{id: "was_enum_in_schema", what: "an enum of the models moves into another schema under another name", base: "CREATE SCHEMA other", enums: map[string]string{"other.mood": "public.feeling"},
		from: "CREATE TYPE feeling AS ENUM ('ok'); CREATE TABLE t (a feeling DEFAULT 'ok'); INSERT INTO t VALUES ('ok')",
		to:   "CREATE TYPE other.mood AS ENUM ('ok'); CREATE TABLE t (a other.mood DEFAULT 'ok'); INSERT INTO t VALUES ('ok')"},
	{id: "was_enum_chain", what: "names of enums of the models move on", enums: map[string]string{"public.b": "public.a", "public.c": "public.b"},
		from: "CREATE TYPE a AS ENUM ('1'); CREATE TYPE b AS ENUM ('2'); CREATE TABLE t (x a, y b); INSERT INTO t VALUES ('1', '2')",
		to:   "CREATE TYPE b AS ENUM ('1'); CREATE TYPE c AS ENUM ('2'); CREATE TABLE t (x b, y c); INSERT INTO t VALUES ('1', '2')"},
	{id: "was_enum_both", what: "an enum of the models has a hint, and the database has both names", base: "CREATE TYPE feeling AS ENUM ('ok')", enums: map[string]string{"public.mood": "public.feeling"},
		from: "CREATE TYPE mood AS ENUM ('ok')", to: "DROP TYPE feeling; CREATE TYPE mood AS ENUM ('ok', 'sad')",
		refused: "enum public.mood was enum feeling, and the database has both"},
}
