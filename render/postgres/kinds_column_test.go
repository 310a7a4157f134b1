package postgres_test

import (
	"slices"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// kinds are all kinds there are, in the order of the list.
func kinds() []kind {
	return slices.Concat(columnKinds(), typeKinds(), constraintKinds(), indexKinds(), tableKinds(), userTypeKinds(), otherKinds(), aloneKinds())
}

// What most kinds work on: t has rows, u refers to it.
const (
	tRows = `CREATE TABLE t (id int PRIMARY KEY, a int, b text, v varchar(20), n int NOT NULL DEFAULT 1);
INSERT INTO t SELECT g, g, 'b' || g, 'v' || g FROM generate_series(1, 20) g;
`
	tEmpty = "CREATE TABLE t (id int PRIMARY KEY, a int);\n"
	uRefs  = "CREATE TABLE u (id int PRIMARY KEY, t int REFERENCES t); INSERT INTO u VALUES (1, 1);\n"
	parted = `CREATE TABLE p (id int NOT NULL, k int) PARTITION BY LIST (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2); INSERT INTO p VALUES (1, 1), (2, 2);
`
)

func columnRename(table, from, to string) diff.Renames {
	return diff.Renames{Columns: []diff.ColumnRename{{Table: schema.Name{Local: table}, From: from, To: to}}}
}

func tableRename(from, to string) diff.Renames {
	return diff.Renames{Tables: []diff.TableRename{{From: schema.Name{Local: from}, To: schema.Name{Local: to}}}}
}

// columnKinds is section 1.1.
func columnKinds() []kind {
	const s = "1.1"
	return []kind{
		{section: s, name: "add a nullable column", base: tRows, to: "ALTER TABLE t ADD x int"},
		{section: s, name: "add with a constant default", base: tRows, to: "ALTER TABLE t ADD x int DEFAULT 7"},
		{section: s, name: "add with the default of an immutable function", base: tRows, to: "ALTER TABLE t ADD x text DEFAULT upper('x')"},
		{section: s, name: "add with the default of a stable function", base: tRows, to: "ALTER TABLE t ADD x timestamptz DEFAULT now()"},
		{section: s, name: "add not null with a constant default", base: tRows, to: "ALTER TABLE t ADD x int NOT NULL DEFAULT 7"},
		{section: s, name: "add not null without default", base: tEmpty, to: "ALTER TABLE t ADD x int NOT NULL"},
		{section: s, name: "add with the default clock_timestamp()", base: tRows, to: "ALTER TABLE t ADD x timestamptz DEFAULT clock_timestamp()"},
		{section: s, name: "add with the default gen_random_uuid()", base: tRows, to: "ALTER TABLE t ADD x uuid DEFAULT gen_random_uuid()"},
		{section: s, name: "add with the default nextval", base: tRows + "CREATE SEQUENCE q;", to: "ALTER TABLE t ADD x bigint DEFAULT nextval('q')"},
		{section: s, name: "add serial", base: tRows, to: "ALTER TABLE t ADD x serial"},
		{section: s, name: "add identity", base: tRows, to: "ALTER TABLE t ADD x int GENERATED ALWAYS AS IDENTITY"},
		{section: s, name: "add a stored generated column", base: tRows, to: "ALTER TABLE t ADD x int GENERATED ALWAYS AS (a + 1) STORED"},
		{section: s, name: "add a virtual generated column", base: tRows, to: "ALTER TABLE t ADD x int GENERATED ALWAYS AS (a + 1) VIRTUAL", since: 18},
		{section: s, name: "add a virtual generated column with a check", base: tRows, to: "ALTER TABLE t ADD x int GENERATED ALWAYS AS (a + 1) VIRTUAL CHECK (x > 0)", since: 18},
		{section: s, name: "add of a plain domain", base: tRows + "CREATE DOMAIN d AS int;", to: "ALTER TABLE t ADD x d"},
		{section: s, name: "add of a domain with a check", base: tRows + "CREATE DOMAIN d AS int CHECK (VALUE > 0);", to: "ALTER TABLE t ADD x d"},
		{section: s, name: "add with a check", base: tRows, to: "ALTER TABLE t ADD x int CHECK (x > 0)"},
		{section: s, name: "add with a check in one statement", base: tRows, written: "ALTER TABLE t ADD x int CHECK (x > 0)"},
		{section: s, name: "add with a unique key", base: tRows, to: "ALTER TABLE t ADD x int UNIQUE"},
		{section: s, name: "add with a unique key in one statement", base: tRows, written: "ALTER TABLE t ADD x int UNIQUE"},
		{section: s, name: "add with a foreign key", base: tRows + uRefs, to: "ALTER TABLE u ADD x int REFERENCES t"},
		{section: s, name: "add with a foreign key in one statement", base: tRows + uRefs, written: "ALTER TABLE u ADD x int REFERENCES t"},
		{section: s, name: "add with a foreign key and a default in one statement", base: tRows + uRefs, written: "ALTER TABLE u ADD x int DEFAULT 1 REFERENCES t"},
		{section: s, name: "drop", base: tRows, to: "ALTER TABLE t DROP a"},
		{section: s, name: "drop with its index and unique key", base: tRows + "CREATE INDEX ON t (a, n); ALTER TABLE t ADD UNIQUE (a, n);", to: "ALTER TABLE t DROP a"},
		{section: s, name: "drop of a foreign key's column", base: tRows + uRefs, to: "ALTER TABLE u DROP t"},
		{section: s, name: "drop under a view", base: tRows + "CREATE VIEW w AS SELECT id, a FROM t;", to: "DROP VIEW w; ALTER TABLE t DROP a; CREATE VIEW w AS SELECT id FROM t"},
		{section: s, name: "drop of what a generated column is computed from", base: tRows + "ALTER TABLE t ADD g int GENERATED ALWAYS AS (a) STORED;", to: "ALTER TABLE t DROP g, DROP a"},
		{section: s, name: "rename", base: tRows, to: "ALTER TABLE t RENAME a TO z", renames: columnRename("t", "a", "z")},
		{section: s, name: "rename in a partitioned table", base: parted, to: "ALTER TABLE p RENAME k TO z", renames: columnRename("p", "k", "z")},
		{section: s, name: "set a default", base: tRows, to: "ALTER TABLE t ALTER a SET DEFAULT 1"},
		{section: s, name: "drop a default", base: tRows, to: "ALTER TABLE t ALTER n DROP DEFAULT"},
		{section: s, name: "set a default of a view's column", base: tRows + "CREATE VIEW w AS SELECT id FROM t;", written: "ALTER VIEW w ALTER id SET DEFAULT 1"},
		{section: s, name: "set not null", base: tRows, to: "ALTER TABLE t ALTER a SET NOT NULL"},
		{section: s, name: "set not null, others not waiting", base: tRows, to: "ALTER TABLE t ALTER a SET NOT NULL", online: true},
		{section: s, name: "set not null proven by a check", base: tRows + "ALTER TABLE t ADD CHECK (a IS NOT NULL);", to: "ALTER TABLE t ALTER a SET NOT NULL"},
		{section: s, name: "set not null together with the drop of its proof", base: tRows + "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL);", written: "ALTER TABLE t ALTER a SET NOT NULL, DROP CONSTRAINT c"},
		{section: s, name: "set not null where it is not valid", base: tRows + "ALTER TABLE t ADD CONSTRAINT c NOT NULL a NOT VALID;", written: "ALTER TABLE t ALTER a SET NOT NULL", since: 18},
		{section: s, name: "add a not null that is not valid", base: tRows, to: "ALTER TABLE t ADD CONSTRAINT c NOT NULL a NOT VALID", since: 18},
		{section: s, name: "drop not null", base: tRows, to: "ALTER TABLE t ALTER n DROP NOT NULL"},
		{section: s, name: "add identity to a column", base: "CREATE TABLE t (id int NOT NULL); INSERT INTO t VALUES (1);", to: "ALTER TABLE t ALTER id ADD GENERATED ALWAYS AS IDENTITY"},
		{section: s, name: "set generated", base: "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY);", to: "ALTER TABLE t ALTER id SET GENERATED BY DEFAULT"},
		{section: s, name: "set the increment of an identity", base: "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY);", to: "ALTER TABLE t ALTER id SET INCREMENT 2"},
		{section: s, name: "restart an identity", base: "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY);", written: "ALTER TABLE t ALTER id RESTART"},
		{section: s, name: "drop identity", base: "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY);", to: "ALTER TABLE t ALTER id DROP IDENTITY"},
		{section: s, name: "serial becomes identity", base: "CREATE TABLE t (id serial); INSERT INTO t VALUES (1);", to: "ALTER TABLE t ALTER id DROP DEFAULT; DROP SEQUENCE t_id_seq; ALTER TABLE t ALTER id ADD GENERATED BY DEFAULT AS IDENTITY"},
		{section: s, name: "drop an expression", base: tRows + "ALTER TABLE t ADD g int GENERATED ALWAYS AS (a) STORED;", to: "ALTER TABLE t ALTER g DROP EXPRESSION"},
		{section: s, name: "another stored expression", base: tRows + "ALTER TABLE t ADD g int GENERATED ALWAYS AS (a) STORED;", to: "ALTER TABLE t DROP g; ALTER TABLE t ADD g int GENERATED ALWAYS AS (a + 1) STORED"},
		{section: s, name: "another virtual expression", base: "CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a) VIRTUAL); INSERT INTO t VALUES (1);", to: "ALTER TABLE t ALTER g SET EXPRESSION AS (a + 1)", since: 18},
		{section: s, name: "another virtual expression that is not null", base: "CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a) VIRTUAL NOT NULL); INSERT INTO t VALUES (1);", to: "ALTER TABLE t ALTER g SET EXPRESSION AS (a + 1)", since: 18},
		{section: s, name: "statistics target", base: tRows, to: "ALTER TABLE t ALTER a SET STATISTICS 100"},
		{section: s, name: "column options", base: tRows, written: "ALTER TABLE t ALTER a SET (n_distinct = 5)"},
		{section: s, name: "storage", base: tRows, to: "ALTER TABLE t ALTER b SET STORAGE EXTERNAL"},
		{section: s, name: "compression", base: tRows, to: "ALTER TABLE t ALTER b SET COMPRESSION pglz", since: 14},
	}
}
