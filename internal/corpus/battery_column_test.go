package corpus_test

import "github.com/gen-migrate/gen/diff"

// shop is two tables with rows, one referring to the other.
const shop = `CREATE TABLE p (id bigint PRIMARY KEY, name varchar(40) NOT NULL, note text, price numeric(8,2), at timestamp, n integer);
CREATE TABLE c (id bigint PRIMARY KEY, p_id bigint, q integer DEFAULT 1, tags text[]);
INSERT INTO p VALUES (1, 'ann', 'x', 1.25, '2001-02-03 04:05:06', 7), (2, 'bob', NULL, 10, NULL, NULL);
INSERT INTO c VALUES (1, 1, 3, '{a}'), (2, 2, 4, NULL);
`

var columnChanges = []change{
	{id: "notnull", what: "a column becomes NOT NULL", base: "CREATE TABLE t (id integer, n integer); INSERT INTO t VALUES (1, 2)", to: "ALTER TABLE t ALTER n SET NOT NULL"},
	{id: "add_notnull_col", what: "a NOT NULL column with a default is added", base: shop, to: "ALTER TABLE p ADD k integer NOT NULL DEFAULT 5"},
	{id: "add_col", what: "a column is added", base: shop, to: "ALTER TABLE p ADD k integer"},
	{id: "drop_col", what: "a column is dropped", base: shop, to: "ALTER TABLE p DROP note"},
	{id: "type_widen", what: "varchar(40) → varchar(80), integer → bigint", base: shop, to: "ALTER TABLE p ALTER name TYPE varchar(80), ALTER n TYPE bigint"},
	{id: "type_to_text", what: "varchar(40) → text", base: shop, to: "ALTER TABLE p ALTER name TYPE text"},
	{id: "type_narrow", what: "text → varchar(10)", base: shop, to: "ALTER TABLE p ALTER note TYPE varchar(10)"},
	{id: "numeric_prec", what: "numeric(8,2) → numeric(10,2)", base: shop, to: "ALTER TABLE p ALTER price TYPE numeric(10,2)"},
	{id: "numeric_scale", what: "numeric(8,2) → numeric(8,1), which rounds", base: shop, to: "ALTER TABLE p ALTER price TYPE numeric(8,1)"},
	{id: "timestamptz_prec", what: "timestamptz → timestamptz(3)", base: "CREATE TABLE t (at timestamptz); INSERT INTO t VALUES ('2001-02-03 04:05:06Z')", to: "ALTER TABLE t ALTER at TYPE timestamptz(3)"},
	{id: "timestamp_tz", what: "timestamp → timestamptz", base: shop, to: "ALTER TABLE p ALTER at TYPE timestamptz USING at AT TIME ZONE 'UTC'"},
	{id: "t2b", what: "text → boolean, which no cast of the server does unasked", base: "CREATE TABLE t (b text); INSERT INTO t VALUES ('true')", to: "ALTER TABLE t ALTER b TYPE boolean USING b::boolean"},
	{id: "t2b_using", what: "text → boolean under a default", base: "CREATE TABLE t (id integer); INSERT INTO t VALUES (1)", from: "ALTER TABLE t ADD b text DEFAULT 'true'", to: "ALTER TABLE t ADD b boolean DEFAULT true"},
	{id: "text_to_int", what: "text → integer", base: "CREATE TABLE t (b text); INSERT INTO t VALUES ('12')", to: "ALTER TABLE t ALTER b TYPE integer USING b::integer"},
	{id: "int_to_text", what: "integer → text", base: shop, to: "ALTER TABLE p ALTER n TYPE text"},
	{id: "text_to_uuid", what: "text → uuid", base: "CREATE TABLE t (b text); INSERT INTO t VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11')", to: "ALTER TABLE t ALTER b TYPE uuid USING b::uuid"},
	{id: "json_to_jsonb", what: "json → jsonb", base: "CREATE TABLE t (b json); INSERT INTO t VALUES ('{\"a\": 1}')", to: "ALTER TABLE t ALTER b TYPE jsonb"},
	{id: "array_element", what: "varchar(10)[] → text[]", base: "CREATE TABLE t (b varchar(10)[]); INSERT INTO t VALUES ('{a,b}')", to: "ALTER TABLE t ALTER b TYPE text[]"},
	{id: "to_array", what: "text → text[], which has no cast", base: "CREATE TABLE t (b text)", to: "ALTER TABLE t ALTER b TYPE text[] USING ARRAY[b]"},
	{id: "type_under_check", what: "the type of a column that a check, an index and a default use", base: "CREATE TABLE t (n integer DEFAULT 3, CONSTRAINT k CHECK (n > 0)); INSERT INTO t VALUES (5); CREATE INDEX i ON t ((n + 1)) WHERE n > 1", to: "ALTER TABLE t ALTER n TYPE bigint"},
	{id: "type_under_cast", what: "the type of a column, which a check, an index and a generated column cast to the type it had", from: "CREATE TABLE t (n integer, g integer GENERATED ALWAYS AS (n + 1) STORED, CONSTRAINT k CHECK (n > 0)); CREATE INDEX i ON t ((n + 1)) WHERE n > 1; INSERT INTO t VALUES (5)", to: "CREATE TABLE t (n bigint, g integer GENERATED ALWAYS AS (n::integer + 1) STORED, CONSTRAINT k CHECK (n::integer > 0)); CREATE INDEX i ON t ((n::integer + 1)) WHERE n::integer > 1", otherWay: true},
	{id: "type_under_cast_text", what: "integer → text under a check that cannot be said of text, and casts", from: "CREATE TABLE t (n integer, CONSTRAINT k CHECK (n > 0)); INSERT INTO t VALUES (5)", to: "CREATE TABLE t (n text, CONSTRAINT k CHECK (n::integer > 0))", otherWay: true},
	{id: "type_under_fk", what: "the type of both ends of a foreign key", base: shop + "ALTER TABLE c ADD FOREIGN KEY (p_id) REFERENCES p", to: "ALTER TABLE c DROP CONSTRAINT c_p_id_fkey; ALTER TABLE p ALTER id TYPE numeric; ALTER TABLE c ALTER p_id TYPE numeric; ALTER TABLE c ADD FOREIGN KEY (p_id) REFERENCES p"},
	{id: "text_to_enum", what: "text → an enum type", base: "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (id integer); INSERT INTO t VALUES (1)", from: "ALTER TABLE t ADD m text DEFAULT 'ok'", to: "ALTER TABLE t ADD m mood DEFAULT 'ok'"},
	{id: "drop_col_indexed", what: "a column with its index is dropped", base: shop + "CREATE INDEX i ON p (note)", to: "ALTER TABLE p DROP note"},
	{id: "rename_col", what: "a column is renamed, by a hint", base: shop + "CREATE INDEX i ON p (note); ALTER TABLE p ADD CONSTRAINT k CHECK (note <> ''); CREATE VIEW v AS SELECT note AS a FROM p", to: "ALTER TABLE p RENAME note TO remark",
		answers: diff.Answers{Rename: []string{"p.note=p.remark"}}},
	{id: "rename_col_users", what: "a column is renamed under a view that calls it so, a policy, a trigger, a rule and statistics", base: shop + stamp + `CREATE VIEW v AS SELECT id, note FROM p; CREATE VIEW w AS SELECT note FROM v; CREATE POLICY o ON p USING (note <> ''); CREATE STATISTICS s ON note, n FROM p;
CREATE TRIGGER g BEFORE UPDATE OF note ON p FOR EACH ROW WHEN (NEW.note <> '') EXECUTE FUNCTION stamp(); CREATE RULE r AS ON INSERT TO p WHERE new.note = 'no' DO INSTEAD NOTHING`, to: "ALTER TABLE p RENAME note TO remark", answers: diff.Answers{Rename: []string{"p.note=p.remark"}}},
	{id: "rename_col_view", what: "a column is renamed, and shown by the view under its new name", base: shop, from: "CREATE VIEW v AS SELECT id, note FROM p; COMMENT ON VIEW v IS 'x'; CREATE MATERIALIZED VIEW m AS SELECT note FROM v; CREATE INDEX i ON m (note)",
		to: "ALTER TABLE p RENAME note TO remark; CREATE VIEW v AS SELECT id, remark FROM p; COMMENT ON VIEW v IS 'x'; CREATE MATERIALIZED VIEW m AS SELECT remark AS note FROM v; CREATE INDEX i ON m (note)", answers: diff.Answers{Rename: []string{"p.note=p.remark"}}},
	{id: "rename_col_retyped", what: "a column is renamed and gets another type", base: shop, to: "ALTER TABLE p RENAME n TO amount; ALTER TABLE p ALTER amount TYPE bigint", answers: diff.Answers{Rename: []string{"p.n=p.amount"}}},
	{id: "collate", what: "the collation of a column that has an index", base: "CREATE TABLE t (s text); INSERT INTO t VALUES ('a'); CREATE INDEX i ON t (s)", to: `ALTER TABLE t ALTER s TYPE text COLLATE "C"`},
	{id: "col_collate_new", what: "a column with a collation is added", base: shop, to: `ALTER TABLE p ADD s text COLLATE "POSIX"`},
	{id: "storage", what: "how a column is stored", base: shop, to: "ALTER TABLE p ALTER note SET STORAGE EXTERNAL"},
	{id: "compress", what: "how a column is compressed", base: shop, to: "ALTER TABLE p ALTER note SET COMPRESSION pglz", since: 14},
	{id: "col_statistics", what: "the statistics target of a column", base: shop, to: "ALTER TABLE p ALTER note SET STATISTICS 50"},
	{id: "view_dep_coltype", what: "the type of a column that a view shows", base: shop + "COMMENT ON TABLE p IS 'x'", from: "CREATE VIEW v AS SELECT id, n FROM p; COMMENT ON VIEW v IS 'y'", to: "ALTER TABLE p ALTER n TYPE bigint; CREATE VIEW v AS SELECT id, n FROM p; COMMENT ON VIEW v IS 'y'"},
	{id: "drop_view_dep", what: "a column is dropped, and shown by the view no more", base: shop, from: "CREATE VIEW v AS SELECT id, n FROM p", to: "CREATE VIEW v AS SELECT id FROM p; ALTER TABLE p DROP n"},
	{id: "system_column", what: "columns with the names of keywords", base: `CREATE TABLE "order" ("select" integer, "from" text); INSERT INTO "order" VALUES (1, 'x')`, to: `ALTER TABLE "order" ADD "where" integer DEFAULT 1; ALTER TABLE "order" ALTER "select" SET NOT NULL`},
	{id: "nullable", what: "a column takes NULL again", base: shop, to: "ALTER TABLE p ALTER name DROP NOT NULL"},
	{id: "notnull_checked", what: "NOT NULL where a check proves it", base: "CREATE TABLE t (n integer, CONSTRAINT k CHECK (n IS NOT NULL)); INSERT INTO t VALUES (1)", to: "ALTER TABLE t ALTER n SET NOT NULL"},
}

var defaultChanges = []change{
	{id: "dflt_change", what: "another default", base: shop, to: "ALTER TABLE c ALTER q SET DEFAULT 2"},
	{id: "dflt_drop", what: "no default any more", base: shop, to: "ALTER TABLE c ALTER q DROP DEFAULT"},
	{id: "dflt_func", what: "a default becomes a call", base: shop, to: "ALTER TABLE p ALTER at SET DEFAULT now()"},
	{id: "array_default", what: "the default of an array", base: shop, to: "ALTER TABLE c ALTER tags SET DEFAULT ARRAY['a', 'b']"},
	{id: "json_default_change", what: "the default of a jsonb column", base: "CREATE TABLE t (id integer); INSERT INTO t VALUES (1)", from: `ALTER TABLE t ADD j jsonb DEFAULT '{}'`, to: `ALTER TABLE t ADD j jsonb DEFAULT '{"a": [1]}'`},
	{id: "nextval_default", what: "a default draws from a sequence of another table", base: shop + "CREATE SEQUENCE s; CREATE TABLE o (id bigint DEFAULT nextval('s'))", to: "ALTER TABLE p ALTER n SET DEFAULT nextval('s')"},
	{id: "dflt_quotes", what: "a default with quotes, a backslash and a percent sign", base: shop, to: `ALTER TABLE p ALTER note SET DEFAULT 'it''s \ 100%'`},
	{id: "dflt_enum_cast", what: "the default of an enum column", base: "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (m mood DEFAULT 'sad'); INSERT INTO t VALUES ('ok')", to: "ALTER TABLE t ALTER m SET DEFAULT 'ok'"},
	{id: "dflt_interval", what: "the default of an interval", base: "CREATE TABLE t (d interval DEFAULT '1 day'); INSERT INTO t VALUES ('1 h')", to: "ALTER TABLE t ALTER d SET DEFAULT '2 days 03:00'"},
}

var numberChanges = []change{
	{id: "seq", what: "a sequence of its own is added", base: shop, to: "CREATE SEQUENCE s INCREMENT 5 START 100 CYCLE MAXVALUE 1000"},
	{id: "seq_options", what: "options of a sequence", base: "CREATE SEQUENCE s; SELECT nextval('s')", to: "ALTER SEQUENCE s INCREMENT 2 CACHE 10"},
	{id: "seq_type", what: "the type of a sequence", base: "CREATE SEQUENCE s AS integer; SELECT nextval('s')", to: "ALTER SEQUENCE s AS bigint"},
	{id: "seq_owned", what: "a sequence comes to belong to a column", base: shop + "CREATE SEQUENCE s; ALTER TABLE p ALTER n SET DEFAULT nextval('s')", to: "ALTER SEQUENCE s OWNED BY p.n"},
	{id: "seq_drop", what: "a sequence is dropped", base: shop, from: "CREATE SEQUENCE s", to: ""},
	{id: "add_serial", what: "a serial column is added", base: shop, to: "ALTER TABLE p ADD k serial"},
	{id: "add_identity", what: "an identity column is added", base: shop, to: "ALTER TABLE p ADD k bigint GENERATED ALWAYS AS IDENTITY"},
	{id: "identityseq", what: "options of an identity", base: "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, x text); INSERT INTO t (x) VALUES ('a'), ('b')", to: "ALTER TABLE t ALTER id SET INCREMENT BY 10 SET CACHE 5"},
	{id: "identity_always", what: "ALWAYS becomes BY DEFAULT", base: "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, x text); INSERT INTO t (x) VALUES ('a'), ('b')", to: "ALTER TABLE t ALTER id SET GENERATED BY DEFAULT"},
	{id: "ident_to_plain", what: "an identity column becomes a plain one", base: "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, x text); INSERT INTO t (x) VALUES ('a'), ('b')", to: "ALTER TABLE t ALTER id DROP IDENTITY"},
	{id: "plain_to_ident", what: "a plain column becomes an identity, its numbers go on", base: "CREATE TABLE t (id bigint NOT NULL, x text); INSERT INTO t VALUES (7, 'a'), (9, 'b')", to: "ALTER TABLE t ALTER id ADD GENERATED ALWAYS AS IDENTITY"},
	{id: "serial_to_identity", what: "serial becomes identity, its numbers go on", from: "CREATE TABLE t (id serial PRIMARY KEY, x text); INSERT INTO t (x) VALUES ('a'), ('b')", to: "CREATE TABLE t (id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, x text)"},
	{id: "identity_to_serial", what: "identity becomes serial, its numbers go on", from: "CREATE TABLE t (id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, x text); INSERT INTO t (x) VALUES ('a'), ('b')", to: "CREATE TABLE t (id serial PRIMARY KEY, x text)"},
	{id: "serial_to_plain", what: "serial becomes plain", from: "CREATE TABLE t (id serial PRIMARY KEY, x text); INSERT INTO t (x) VALUES ('a'), ('b')", to: "CREATE TABLE t (id integer PRIMARY KEY, x text)"},
	{id: "plain_to_serial", what: "plain becomes serial, its numbers go on", from: "CREATE TABLE t (id integer PRIMARY KEY, x text); INSERT INTO t VALUES (7, 'a'), (9, 'b')", to: "CREATE TABLE t (id serial PRIMARY KEY, x text)"},
	{id: "serial_to_bigserial", what: "serial becomes bigserial", from: "CREATE TABLE t (id serial PRIMARY KEY, x text); INSERT INTO t (x) VALUES ('a'), ('b')", to: "CREATE TABLE t (id bigserial PRIMARY KEY, x text)"},
	{id: "identity_widened", what: "an identity column gets a wider type", from: "CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, x text); INSERT INTO t (x) VALUES ('a'), ('b')", to: "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, x text)"},
}

var generatedChanges = []change{
	{id: "gen_add", what: "a generated column is added", base: shop, to: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (n * 2) STORED"},
	{id: "gen_drop", what: "a generated column is dropped", base: shop, from: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (n * 2) STORED"},
	{id: "gen_change", what: "another expression", base: shop, from: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (n * 2) STORED", to: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (n * 3) STORED"},
	{id: "gen_change_indexed", what: "another expression, under an index, a check and a foreign key", base: shop + "CREATE TABLE x (g integer UNIQUE)", from: "ALTER TABLE x ADD h integer GENERATED ALWAYS AS (g * 2) STORED CONSTRAINT k CHECK (h > 0), ADD CONSTRAINT u UNIQUE (h); CREATE INDEX i ON x (h); ALTER TABLE c ADD CONSTRAINT r FOREIGN KEY (q) REFERENCES x (h) NOT VALID",
		to: "ALTER TABLE x ADD h integer GENERATED ALWAYS AS (g * 3) STORED CONSTRAINT k CHECK (h > 0), ADD CONSTRAINT u UNIQUE (h); CREATE INDEX i ON x (h); ALTER TABLE c ADD CONSTRAINT r FOREIGN KEY (q) REFERENCES x (h) NOT VALID"},
	{id: "gen_change_view", what: "another expression, under a view", base: shop, from: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (n * 2) STORED; CREATE VIEW v AS SELECT g FROM p", to: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (n * 3) STORED; CREATE VIEW v AS SELECT g FROM p"},
	{id: "gen_type", what: "the type of a generated column", base: shop, from: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (n * 2) STORED", to: "ALTER TABLE p ADD g bigint GENERATED ALWAYS AS (n * 2) STORED"},
	{id: "gen_base_type", what: "the type of a column that another is generated from", base: shop, from: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (length(name)) STORED", to: "ALTER TABLE p ALTER name TYPE text; ALTER TABLE p ADD g integer GENERATED ALWAYS AS (length(name)) STORED"},
	{id: "gen_drop_expr", what: "a generated column becomes a plain one and keeps its values", base: shop, from: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (n * 2) STORED", to: "ALTER TABLE p ADD g integer"},
	{id: "plain_to_gen", what: "a plain column becomes a generated one", base: shop, from: "ALTER TABLE p ADD g integer; UPDATE p SET g = 5", to: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (n * 2) STORED"},
	{id: "gen_virtual_add", what: "a virtual column is added", base: shop, to: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (n * 2) VIRTUAL", since: 18},
	{id: "gen_virtual_change", what: "another expression of a virtual column", base: shop, from: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (n * 2) VIRTUAL", to: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (n * 3) VIRTUAL", since: 18},
	{id: "gen_virtual_change_checked", what: "another expression of a virtual column in a table with a check", base: shop + "ALTER TABLE p ADD CONSTRAINT k CHECK (n > 0)", from: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (n * 2) VIRTUAL", to: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (n * 3) VIRTUAL", since: 18},
	{id: "gen_virtual_to_stored", what: "virtual becomes stored", base: shop, from: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (n * 2) VIRTUAL", to: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (n * 2) STORED", since: 18},
	{id: "gen_virtual_to_plain", what: "virtual becomes plain and keeps its values", base: shop, from: "ALTER TABLE p ADD g integer GENERATED ALWAYS AS (n * 2) VIRTUAL", to: "ALTER TABLE p ADD g integer", since: 18},
	{id: "gen_of_dropped", what: "a column goes together with the one generated from it", base: shop, from: "ALTER TABLE p ADD x integer; UPDATE p SET x = 1; ALTER TABLE p ADD g integer GENERATED ALWAYS AS (x * 2) STORED"},
}
