package postgres_test

import "fmt"

// typeKinds is section 1.2: the matrix of type changes, and what hangs on the column.
func typeKinds() []kind {
	const s = "1.2"
	var all []kind
	for i, p := range [][3]string{
		// These keep the rows.
		{"varchar(20)", "varchar(30)"}, {"varchar(20)", "varchar"}, {"varchar(20)", "text"}, {"text", "varchar"},
		{"varbit(8)", "varbit(16)", "B'1'"}, {"numeric(10,2)", "numeric(12,2)", "1"}, {"numeric(10,2)", "numeric", "1"},
		{"cidr", "inet", "'10.0.0.0/8'"}, {"timestamp(3)", "timestamp", "now()"}, {"time(2)", "time(4)", "'10:00'"}, {"interval(2)", "interval", "'1 h'"},
		{"timestamp", "timestamptz", "now()"}, {"timestamptz", "timestamp", "now()"}, {"timestamp(3)", "timestamptz(6)", "now()"}, {"timestamptz(3)", "timestamp(6)", "now()"}, {"int4", "oid", "1"}, {"oid", "int4", "1"},
		{"d", "text"}, {"text", "d"}, {"checked", "text"},
		// These write them anew.
		{"varchar(20)", "varchar(10)"}, {"text", "varchar(10)"}, {"char(5)", "char(20)"}, {"char(5)", "text"},
		{"int2", "int4", "1"}, {"int4", "int8", "1"}, {"int8", "int4", "1"}, {"int4", "numeric", "1"}, {"int4", "text", "1"}, {"oid", "int8", "1"},
		{"float4", "float8", "1"}, {"float8", "numeric", "1"}, {"numeric(10,2)", "numeric(10,3)", "1"}, {"numeric(12,2)", "numeric(10,2)", "1"}, {"numeric", "numeric(10,2)", "1"},
		{"timestamp", "timestamp(0)", "now()"}, {"interval", "interval(3)", "'1 h'"}, {"date", "timestamp", "now()"}, {"timestamptz", "date", "now()"},
		{"json", "jsonb", "'{}'"}, {"jsonb", "json", "'{}'"}, {"json", "text", "'{}'"}, {"uuid", "text", "gen_random_uuid()"}, {"text", "uuid", "gen_random_uuid()"},
		{"mood", "text", "'a'"}, {"text", "mood", "'a'"}, {"mood", "other", "'a'"}, {"bit(8)", "bit(16)", "NULL"},
		{"text", "checked"}, {"varchar(50)[]", "text[]", "'{}'"}, {"int4[]", "int8[]", "'{}'"},
	} {
		value := p[2]
		if value == "" {
			value = "'x'"
		}
		base := "CREATE TYPE mood AS ENUM ('a'); CREATE TYPE other AS ENUM ('a'); CREATE DOMAIN d AS text; CREATE DOMAIN checked AS text CHECK (VALUE <> 'no');"
		base += fmt.Sprintf("CREATE TABLE t (id int PRIMARY KEY, c %s); INSERT INTO t VALUES (1, %s);", p[0], value)
		all = append(all, kind{section: s, name: fmt.Sprintf("%02d %s becomes %s", i+1, p[0], p[1]), base: base, to: fmt.Sprintf("ALTER TABLE t ALTER c TYPE %s USING c::text::%[1]s", p[1])})
	}
	const text = "CREATE TABLE t (id int PRIMARY KEY, c varchar(20)); INSERT INTO t VALUES (1, 'x');"
	wider := "ALTER TABLE t ALTER c TYPE text"
	return append(all, []kind{
		{section: s, name: "another collation", base: text, to: `ALTER TABLE t ALTER c TYPE varchar(20) COLLATE "C"`},
		{section: s, name: "another collation under an index", base: text + "CREATE INDEX ON t (c);", to: `ALTER TABLE t ALTER c TYPE varchar(20) COLLATE "C"`},
		{section: s, name: "int4 becomes oid under an index", base: "CREATE TABLE t (c int); CREATE INDEX ON t (c); INSERT INTO t VALUES (1);", to: "ALTER TABLE t ALTER c TYPE oid"},
		{section: s, name: "wider under an index", base: text + "CREATE INDEX ON t (c);", to: wider},
		{section: s, name: "wider under an index of an expression", base: text + "CREATE INDEX ON t (lower(c));", to: wider},
		{section: s, name: "wider under a partial index", base: text + "CREATE INDEX ON t (id) WHERE c <> '';", to: wider},
		{section: s, name: "wider under a check", base: text + "ALTER TABLE t ADD CHECK (c <> '');", to: wider},
		{section: s, name: "wider under a foreign key", base: "CREATE TABLE r (c varchar(20) PRIMARY KEY); CREATE TABLE t (c varchar(20) REFERENCES r); INSERT INTO r VALUES ('x'); INSERT INTO t VALUES ('x');", to: wider},
		{section: s, name: "wider where others refer to", base: "CREATE TABLE t (c varchar(20) PRIMARY KEY); CREATE TABLE r (c varchar(20) REFERENCES t); INSERT INTO t VALUES ('x'); INSERT INTO r VALUES ('x');", to: wider},
		{section: s, name: "other numbers under a foreign key", base: tRows + "CREATE TABLE r (c int REFERENCES t); INSERT INTO r VALUES (1);", to: "ALTER TABLE r ALTER c TYPE bigint"},
		{section: s, name: "wider under a view", base: text + "CREATE VIEW w AS SELECT c FROM t;", to: "DROP VIEW w;" + wider + "; CREATE VIEW w AS SELECT c FROM t"},
		{section: s, name: "wider under a trigger's list", base: text + "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER tr BEFORE UPDATE OF c ON t FOR EACH ROW EXECUTE FUNCTION f();",
			to: "DROP TRIGGER tr ON t;" + wider + "; CREATE TRIGGER tr BEFORE UPDATE OF c ON t FOR EACH ROW EXECUTE FUNCTION f()"},
		{section: s, name: "wider under a policy", base: text + "CREATE POLICY pol ON t USING (c <> '');", to: "DROP POLICY pol ON t;" + wider + "; CREATE POLICY pol ON t USING (c <> '')"},
		{section: s, name: "wider in a partitioned table", base: "CREATE TABLE p (id int, c varchar(20)) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); INSERT INTO p VALUES (1, 'x');", to: "ALTER TABLE p ALTER c TYPE text"},
		{section: s, name: "the same type with USING", base: text, written: "ALTER TABLE t ALTER c TYPE varchar(20) USING c"},
		{section: s, name: "statistics that a type change threw away", base: text, written: "ANALYZE t (c)"},
	}...)
}
