package corpus_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/schema"
)

const events = `CREATE TABLE events (at date NOT NULL, kind text, n integer DEFAULT 1) PARTITION BY RANGE (at);
CREATE TABLE events_23 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE events_24 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO events VALUES ('2023-05-01', 'a', 1), ('2024-05-01', 'b', 2);
`

const cities = `CREATE TABLE cities (name text NOT NULL, people integer DEFAULT 0, CHECK (people >= 0));
CREATE TABLE capitals (state text) INHERITS (cities);
INSERT INTO cities VALUES ('Bonn', 1); INSERT INTO capitals VALUES ('Berlin', 2, 'de');
`

// computedWith is a partition that has a lot of its own on a generated column of
// its table.
func computedWith(expr string) string {
	return "CREATE TABLE p (k integer, a integer, g integer GENERATED ALWAYS AS (" + expr + ") STORED) PARTITION BY LIST (k);" +
		"CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (k); CREATE TABLE p2x PARTITION OF p2 FOR VALUES IN (2);" +
		"CREATE INDEX mine ON p1 (g, a); CREATE INDEX other ON p2x (g) WHERE g > 0; ALTER TABLE p1 ADD CONSTRAINT own CHECK (g > 0); ALTER TABLE p1 ADD CONSTRAINT uu UNIQUE (g);" +
		"CREATE TABLE f (g integer REFERENCES p1 (g)); COMMENT ON COLUMN p1.g IS 'hello'; ALTER TABLE p2x ALTER g SET STATISTICS 7; ALTER TABLE p1 ALTER g SET NOT NULL; CREATE INDEX all_of_it ON p (g)"
}

// feeling has what compares with an enum in a generated column of a table, and on it.
const feeling = "CREATE TABLE p (k integer, m mood, g boolean GENERATED ALWAYS AS (m > 'sad') STORED) PARTITION BY LIST (k); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);" +
	"ALTER TABLE p1 ADD CONSTRAINT own CHECK (g OR m = 'sad'); CREATE INDEX mine ON p1 (g) WHERE m > 'sad'; INSERT INTO p VALUES (1, 'ok')"

// heirOf is a table with those columns and one that inherits from it.
func heirOf(columns string) string {
	return "CREATE TABLE t (" + columns + "); CREATE TABLE h () INHERITS (t); CREATE INDEX mine ON h (g); ALTER TABLE h ADD CONSTRAINT own CHECK (g > 0)"
}

// partitionChanges are about partitioned tables and their partitions.
var partitionChanges = []change{
	{id: "partition_table_created_with_its_partitions", what: "table created with its partitions", to: events},
	{id: "partition_sub_partitions_and_a_default_one", what: "sub-partitions and a default one", to: "CREATE TABLE p (a integer, b text) PARTITION BY LIST (b); CREATE TABLE p_x PARTITION OF p FOR VALUES IN ('x', 'y') PARTITION BY HASH (a); CREATE TABLE p_x_0 PARTITION OF p_x FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE p_x_1 PARTITION OF p_x FOR VALUES WITH (MODULUS 2, REMAINDER 1); CREATE TABLE p_rest PARTITION OF p DEFAULT"},
	{id: "partition_keys_with_expressions_collations_and_operator_classes", what: "keys with expressions, collations and operator classes", to: `CREATE TABLE p (a text, b integer) PARTITION BY RANGE (lower(a) COLLATE "C" text_pattern_ops, b); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (MINVALUE, MINVALUE) TO ('m', 5)`},
	{id: "part", what: "partition added", base: events, to: "CREATE TABLE events_25 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"},
	{id: "partition_default_partition_added", what: "default partition added", base: events, to: "CREATE TABLE events_rest PARTITION OF events DEFAULT"},
	{id: "partition_with_details_of_its_own", what: "partition with details of its own", base: events, to: "CREATE TABLE events_25 PARTITION OF events (CONSTRAINT own CHECK (n > 0)) FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') WITH (fillfactor = 70); ALTER TABLE events_25 ALTER n SET DEFAULT 7, ALTER kind SET NOT NULL, ALTER kind SET STORAGE EXTERNAL, ALTER n SET STATISTICS 9; CREATE INDEX mine ON events_25 (kind); COMMENT ON TABLE events_25 IS 'x'; COMMENT ON COLUMN events_25.n IS 'y'"},
	{id: "partition_without_the_default_of_its_table", what: "partition without the default of its table", base: events, to: "CREATE TABLE events_25 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01'); ALTER TABLE events_25 ALTER n DROP DEFAULT"},
	{id: "part_detach", what: "partition detached", base: events, to: "ALTER TABLE events DETACH PARTITION events_24"},
	{id: "partition_detached_from_a_table_with_keys", what: "partition detached from a table with keys", base: events + "ALTER TABLE events ADD PRIMARY KEY (at); CREATE INDEX by_kind ON events (kind); ALTER TABLE events ADD CHECK (n > 0);", to: "ALTER TABLE events DETACH PARTITION events_24"},
	{id: "partition_detached_its_index_and_check_dropped", what: "partition detached, its index and check dropped", base: events + "CREATE INDEX by_kind ON events (kind); ALTER TABLE events ADD CONSTRAINT pos CHECK (n > 0);", to: "ALTER TABLE events DETACH PARTITION events_24; DROP INDEX events_24_kind_idx; ALTER TABLE events_24 DROP CONSTRAINT pos; ALTER TABLE events_24 ADD COLUMN more text"},
	{id: "partition_attached_with_an_index_of_another_name", what: "attached with an index of another name", base: events + "CREATE INDEX by_kind ON events (kind); CREATE TABLE e25 (at date NOT NULL, kind text, n integer DEFAULT 1); CREATE INDEX another ON e25 (kind); INSERT INTO e25 VALUES ('2025-02-02', 'c', 3);", to: "ALTER TABLE events ATTACH PARTITION e25 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"},
	{id: "partition_bound_changed", what: "bound changed", base: events, to: "ALTER TABLE events DETACH PARTITION events_24; ALTER TABLE events ATTACH PARTITION events_24 FOR VALUES FROM ('2024-01-01') TO ('2026-01-01')"},
	{id: "partition_bounds_of_two_partitions_changed", what: "bounds of two partitions changed", base: events, to: "ALTER TABLE events DETACH PARTITION events_24; ALTER TABLE events DETACH PARTITION events_23; ALTER TABLE events ATTACH PARTITION events_24 FOR VALUES FROM ('2023-06-01') TO ('2026-01-01'); ALTER TABLE events ATTACH PARTITION events_23 FOR VALUES FROM ('2022-01-01') TO ('2023-06-01')"},
	{id: "partition_bound_changed_while_the_table_changes", what: "bound changed while the table changes", base: events, to: "ALTER TABLE events DETACH PARTITION events_24; ALTER TABLE events ATTACH PARTITION events_24 FOR VALUES FROM ('2024-01-01') TO ('2026-01-01'); ALTER TABLE events ADD COLUMN more text DEFAULT 'x'; CREATE INDEX by_n ON events (n); CREATE TABLE events_27 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')"},
	{id: "partition_becomes_the_default_one", what: "becomes the default one", base: "CREATE TABLE l (a integer) PARTITION BY LIST (a); CREATE TABLE l1 PARTITION OF l FOR VALUES IN (1); INSERT INTO l VALUES (1);", to: "ALTER TABLE l DETACH PARTITION l1; ALTER TABLE l ATTACH PARTITION l1 DEFAULT"},
	{id: "partition_moves_to_another_table", what: "moves to another table", base: events + "CREATE TABLE other (at date NOT NULL, kind text, n integer DEFAULT 1) PARTITION BY RANGE (at); CREATE INDEX o ON other (n);", to: "ALTER TABLE events DETACH PARTITION events_24; ALTER TABLE other ATTACH PARTITION events_24 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"},
	{id: "partition_column_added_to_the_table", what: "column added to the table", base: events, to: "ALTER TABLE events ADD COLUMN more text NOT NULL DEFAULT 'x'"},
	{id: "partition_column_retyped_one_partition_has_another_default", what: "type of a column with a default changed, one partition has another default", base: events,
		from: "ALTER TABLE events ADD COLUMN more integer DEFAULT 1; ALTER TABLE events_23 ALTER more SET DEFAULT 2", to: "ALTER TABLE events ADD COLUMN more bigint DEFAULT 1; ALTER TABLE events_23 ALTER more SET DEFAULT 2"},
	{id: "partition_column_retyped_with_its_default", what: "type and default of a column changed, in the partitions too", base: events,
		from: "ALTER TABLE events ADD COLUMN more date DEFAULT CURRENT_DATE", to: "ALTER TABLE events ADD COLUMN more text DEFAULT '2020-01-01'"},
	{id: "partition_column_retyped_one_partition_has_a_default", what: "type of a column without default changed, one partition has one", base: events,
		from: "ALTER TABLE events ADD COLUMN more integer; ALTER TABLE events_23 ALTER more SET DEFAULT 2", to: "ALTER TABLE events ADD COLUMN more text; ALTER TABLE events_23 ALTER more SET DEFAULT 'two'"},
	{id: "partition_column_added_one_partition_has_another_default", what: "column added, one partition has another default", base: events, to: "ALTER TABLE events ADD COLUMN more text DEFAULT 'x'; ALTER TABLE events_23 ALTER more SET DEFAULT 'y'"},
	{id: "partition_column_dropped", what: "column dropped", base: events, to: "ALTER TABLE events DROP COLUMN n"},
	{id: "partition_type_changed", what: "type changed", base: events, to: "ALTER TABLE events ALTER n TYPE bigint"},
	{id: "partition_type_changed_under_an_index_and_a_check_of_a_partition", what: "type changed under an index and a check of a partition", base: events + "CREATE INDEX mine ON events_23 (n) WHERE n > 1; ALTER TABLE events_23 ADD CONSTRAINT own CHECK (n > 0);", to: "ALTER TABLE events ALTER n TYPE bigint"},
	{id: "partition_type_changed_under_views_of_the_table_and_of_a_partition", what: "type changed under views of the table and of a partition", from: events + "CREATE VIEW v AS SELECT n FROM events; CREATE VIEW w AS SELECT n FROM events_23", to: strings.ReplaceAll(events, "n integer", "n bigint") + "CREATE VIEW v AS SELECT n FROM events; CREATE VIEW w AS SELECT n FROM events_23"},
	{id: "partition_default_changed", what: "default changed", base: events, to: "ALTER TABLE events ALTER n SET DEFAULT 5"},
	{id: "partition_default_changed_a_partition_keeps_its_own", what: "default changed, a partition keeps its own", base: events + "ALTER TABLE events_23 ALTER n SET DEFAULT 9;", to: "ALTER TABLE ONLY events ALTER n SET DEFAULT 5; ALTER TABLE ONLY events_24 ALTER n SET DEFAULT 5"},
	{id: "partition_default_changed_on_the_table_alone", what: "default changed on the table alone", base: events, to: "ALTER TABLE ONLY events ALTER n SET DEFAULT 5"},
	{id: "partition_not_null", what: "not null", base: events, to: "ALTER TABLE events ALTER n SET NOT NULL"},
	{id: "partition_not_null_of_a_partition", what: "not null of a partition", base: events, to: "ALTER TABLE events_23 ALTER n SET NOT NULL"},
	{id: "partition_storage_statistics_and_compression", what: "storage, statistics and compression", base: events, to: "ALTER TABLE events ALTER kind SET STORAGE EXTERNAL; ALTER TABLE events ALTER n SET STATISTICS 7; ALTER TABLE events ALTER kind SET COMPRESSION pglz; ALTER TABLE events_24 ALTER n SET STATISTICS 8", since: 14},
	{id: "partition_default_of_a_sub_partition_through_two_levels", what: "default of a sub-partition through two levels", base: "CREATE TABLE p (a integer, b integer DEFAULT 1) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (b); CREATE TABLE r PARTITION OF q FOR VALUES IN (1); ALTER TABLE q ALTER b SET DEFAULT 2; ALTER TABLE r ALTER b SET DEFAULT 3;", to: "ALTER TABLE ONLY p ALTER b SET DEFAULT 4; ALTER TABLE ONLY q ALTER b SET DEFAULT 5"},
	{id: "partition_serial_and_identity", what: "serial and identity", to: "CREATE TABLE p (id serial, k integer GENERATED ALWAYS AS IDENTITY, a integer) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)"},
	{id: "partition_generated_column_anew", what: "generated column of the table changes, a partition has an index, keys, a check and more on it", from: computedWith("a + 1") + "; INSERT INTO p VALUES (1, 5)", to: computedWith("a + 2")},
	{id: "partition_type_changed_under_generated", what: "type changed under a generated column that a partition has an index on", from: computedWith("a + 1") + "; INSERT INTO p VALUES (1, 5)", to: strings.Replace(computedWith("a + 1"), "a integer", "a bigint", 1)},
	{id: "partition_enum_under_generated", what: "an enum loses a value under a generated column that a partition has a check on", from: "CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad'); " + feeling, to: "CREATE TYPE mood AS ENUM ('sad', 'ok'); " + feeling},
	{id: "partition_generated_column", what: "generated column", from: "CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); INSERT INTO p VALUES (1, 2)", to: "CREATE TABLE p (a integer, b integer, g integer GENERATED ALWAYS AS (b * 2) STORED) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); INSERT INTO p VALUES (1, 2)"},
	{id: "partition_check_added", what: "check added", base: events, to: "ALTER TABLE events ADD CONSTRAINT pos CHECK (n > 0)"},
	{id: "partition_check_not_valid_then_valid", what: "check not valid, then valid", base: events, from: "ALTER TABLE events ADD CONSTRAINT pos CHECK (n > 0) NOT VALID", to: "ALTER TABLE events ADD CONSTRAINT pos CHECK (n > 0)"},
	{id: "partition_check_of_a_partition", what: "check of a partition", base: events, to: "ALTER TABLE events_23 ADD CONSTRAINT pos CHECK (n > 0)"},
	{id: "partition_check_moves_from_a_partition_to_the_table", what: "check moves from a partition to the table", base: events, from: "ALTER TABLE events_23 ADD CONSTRAINT pos CHECK (n > 0)", to: "ALTER TABLE events ADD CONSTRAINT pos CHECK (n > 0)"},
	{id: "partition_primary_key", what: "primary key", base: events, to: "ALTER TABLE events ADD PRIMARY KEY (at)"},
	{id: "partition_unique_constraint", what: "unique constraint", base: events, to: "ALTER TABLE events ADD CONSTRAINT u UNIQUE (kind, at)"},
	{id: "partition_foreign_key_from_the_table", what: "foreign key from the table", base: "CREATE TABLE kinds (kind text PRIMARY KEY); INSERT INTO kinds VALUES ('a'), ('b');" + events, to: "ALTER TABLE events ADD CONSTRAINT fk FOREIGN KEY (kind) REFERENCES kinds"},
	{id: "partition_foreign_key_to_the_table", what: "foreign key to the table", base: events + "ALTER TABLE events ADD PRIMARY KEY (at); CREATE TABLE notes (at date); INSERT INTO notes VALUES ('2023-05-01');", to: "ALTER TABLE notes ADD CONSTRAINT fk FOREIGN KEY (at) REFERENCES events"},
	{id: "partition_foreign_key_to_a_partitioned_table_partition_detached", what: "foreign key to a partitioned table, partition detached", base: events + "ALTER TABLE events ADD PRIMARY KEY (at); CREATE TABLE notes (at date REFERENCES events);", to: "ALTER TABLE events DETACH PARTITION events_24"},
	{id: "partition_added_under_a_reference", what: "partition added to a table that another one refers to", base: events + "ALTER TABLE events ADD PRIMARY KEY (at); CREATE TABLE notes (at date REFERENCES events); INSERT INTO notes VALUES ('2023-05-01');", to: "CREATE TABLE events_25 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"},
	{id: "partition_index", what: "index", base: events, to: "CREATE INDEX by_kind ON events (kind)"},
	{id: "partition_index_through_sub_partitions", what: "index through sub-partitions", base: "CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (b); CREATE TABLE r PARTITION OF q FOR VALUES IN (1);", to: "CREATE UNIQUE INDEX u ON p (a, b)"},
	{id: "partition_index_of_the_table_with_options", what: "index of the table with options", base: events + "CREATE INDEX by_kind ON events (kind);", to: "DROP INDEX by_kind; CREATE INDEX by_kind ON events (kind) WITH (fillfactor = 50)"},
	{id: "partition_index_columns", what: "columns of an index of the table", base: events, from: "CREATE INDEX by_kind ON events (kind)", to: "CREATE INDEX by_kind ON events (kind, n); COMMENT ON INDEX by_kind IS 'x'"},
	{id: "partition_index_predicate", what: "predicate of an index beside another one like it", base: events + "CREATE INDEX a ON events (kind);", from: "CREATE INDEX b ON events (kind) WHERE n > 0", to: "CREATE INDEX b ON events (kind) WHERE n > 1"},
	{id: "partition_index_unique", what: "index becomes unique, through sub-partitions", base: "CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (b); CREATE TABLE r PARTITION OF q FOR VALUES IN (1); CREATE TABLE s PARTITION OF p FOR VALUES IN (2);", from: "CREATE INDEX u ON p (a, b)", to: "CREATE UNIQUE INDEX u ON p (a, b)"},
	{id: "partition_index_columns_empty", what: "columns of an index of a table without partitions", base: "CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);", from: "CREATE INDEX i ON p (a)", to: "CREATE INDEX i ON p (a, b)"},
	{id: "partition_index_of_the_table_renamed", what: "index of the table renamed", base: events, from: "CREATE INDEX by_kind ON events (kind)", to: "CREATE INDEX by_kind ON events (kind); ALTER INDEX by_kind RENAME TO kinds_of"},
	{id: "partition_index_of_a_partition", what: "index of a partition", base: events, to: "CREATE INDEX mine ON events_23 (kind)"},
	{id: "partition_options_of_a_partition", what: "options of a partition", base: events, to: "ALTER TABLE events_23 SET (fillfactor = 50)"},
	{id: "partition_comments", what: "comments", base: events, to: "COMMENT ON TABLE events IS 'x'; COMMENT ON COLUMN events.n IS 'y'; COMMENT ON TABLE events_23 IS 'z'; COMMENT ON COLUMN events_23.n IS 'w'"},
	{id: "partition_unlogged_partition", what: "unlogged partition", base: events, to: "ALTER TABLE events_23 SET UNLOGGED"},
	{id: "partition_trigger_of_the_table", what: "trigger of the table", base: stamp + events, to: "CREATE TRIGGER g AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION stamp()"},
	{id: "partition_trigger_of_the_table_partition_attached", what: "trigger of the table, partition attached", base: stamp + events + "CREATE TRIGGER g AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION stamp();", to: "ALTER TABLE events DETACH PARTITION events_24; CREATE TRIGGER own AFTER INSERT ON events_24 FOR EACH ROW EXECUTE FUNCTION stamp()"},
	{id: "partition_policies_and_row_security", what: "policies and row security", base: events, to: "ALTER TABLE events ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON events USING (n > 0); ALTER TABLE events_23 ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON events_23 USING (n > 1)"},
	{id: "partition_statistics_and_replica_identity", what: "statistics and replica identity", base: events, to: "CREATE STATISTICS s ON kind, n FROM events; CREATE STATISTICS s23 ON kind, n FROM events_23; ALTER TABLE events_23 REPLICA IDENTITY FULL; ALTER TABLE events REPLICA IDENTITY FULL"},
	{id: "partition_function_under_a_default", what: "function under a default", from: one + "CREATE TABLE p (a integer, b integer DEFAULT f(1)) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)", to: another + "CREATE TABLE p (a integer, b integer DEFAULT f(1)) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)"},
	{id: "partition_function_under_a_check_and_an_index", what: "function under a check and an index", from: one + "CREATE TABLE p (a integer, b integer CHECK (f(b) > 0)) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE INDEX i ON p (f(b))", to: another + "CREATE TABLE p (a integer, b integer CHECK (f(b) > 0)) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE INDEX i ON p (f(b))"},
	{id: "part_key_change", what: "the key that rows are divided by", from: "CREATE TABLE m (a integer, b integer) PARTITION BY RANGE (a); CREATE TABLE m_rest PARTITION OF m DEFAULT; INSERT INTO m VALUES (1, 2)", to: "CREATE TABLE m (a integer, b integer) PARTITION BY RANGE (b); CREATE TABLE m_rest PARTITION OF m DEFAULT; INSERT INTO m VALUES (1, 2)", refused: "table m cannot be partitioned by RANGE (b) instead of RANGE (a): PostgreSQL has no statement for it"},
}

// inheritChanges are about tables that have columns from others.
var inheritChanges = []change{
	{id: "inherit_generated_column_anew", what: "generated column of the parent changes, an heir has an index and a check on it", from: heirOf("a integer, g integer GENERATED ALWAYS AS (a + 1) STORED"), to: heirOf("a integer, g integer GENERATED ALWAYS AS (a + 2) STORED")},
	{id: "inherit_type_changed_under_generated_of_an_heir", what: "type of the parent's column changes under a generated column of an heir", from: "CREATE TABLE t (a integer); CREATE TABLE h (g numeric GENERATED ALWAYS AS (a + 1) STORED) INHERITS (t); CREATE INDEX mine ON h (g); INSERT INTO h VALUES (1)", to: "CREATE TABLE t (a bigint); CREATE TABLE h (g numeric GENERATED ALWAYS AS (a + 1) STORED) INHERITS (t); CREATE INDEX mine ON h (g)"},
	{id: "inherit", what: "heir created", to: cities},
	{id: "inherit_heir_with_details_of_its_own", what: "heir with details of its own", base: cities, to: "CREATE TABLE towns (name text DEFAULT 'x', mayor text, CONSTRAINT c CHECK (mayor <> '')) INHERITS (cities); ALTER TABLE towns ALTER people SET DEFAULT 5, ALTER people SET NOT NULL"},
	{id: "inherit_two_parents", what: "two parents", base: cities, to: "CREATE TABLE named (name text NOT NULL, nick text); CREATE TABLE both_of () INHERITS (cities, named)"},
	{id: "inherit_heir_with_the_columns_of_its_own_let_go", what: "heir with the columns of its own let go", base: "CREATE TABLE a (x integer DEFAULT 1, CONSTRAINT c CHECK (x > 0)); CREATE TABLE b (x integer DEFAULT 1, y text, CONSTRAINT c CHECK (x > 0)); INSERT INTO b VALUES (1, 'y');", to: "ALTER TABLE b INHERIT a"},
	{id: "inherit_column_added_to_the_parent", what: "column added to the parent", base: cities, to: "ALTER TABLE cities ADD COLUMN area integer DEFAULT 3"},
	{id: "inherit_column_of_the_parent_dropped", what: "column of the parent dropped", base: cities, to: "ALTER TABLE cities DROP COLUMN people"},
	{id: "inherit_column_of_the_heir", what: "column of the heir", base: cities, to: "ALTER TABLE capitals ADD COLUMN since date"},
	{id: "inherit_type_of_the_parent", what: "type of the parent", base: cities, to: "ALTER TABLE cities ALTER people TYPE bigint"},
	{id: "inherit_default_and_null_of_the_parent", what: "default and null of the parent", base: cities, to: "ALTER TABLE cities ALTER people SET DEFAULT 7, ALTER name DROP NOT NULL"},
	{id: "inherit_default_of_the_parent_alone", what: "default of the parent alone", base: cities, to: "ALTER TABLE ONLY cities ALTER people SET DEFAULT 7"},
	{id: "inherit_check_of_the_parent", what: "check of the parent", base: cities, to: "ALTER TABLE cities ADD CONSTRAINT c CHECK (name <> '')"},
	{id: "inherit_check_that_is_not_inherited", what: "check that is not inherited", base: cities, to: "ALTER TABLE cities ADD CONSTRAINT c CHECK (name <> '') NO INHERIT"},
	{id: "inherit_key_and_index_of_the_parent_alone", what: "key and index of the parent alone", base: cities, to: "ALTER TABLE cities ADD PRIMARY KEY (name); CREATE INDEX i ON cities (people); CREATE INDEX j ON capitals (people)"},
	{id: "inherit_column_declared_twice", what: "column declared twice", from: "CREATE TABLE a (x integer); CREATE TABLE b (x integer, y integer) INHERITS (a); INSERT INTO b VALUES (1, 2)", to: "CREATE TABLE a (x integer, z integer); CREATE TABLE b (x integer, y integer) INHERITS (a); INSERT INTO b VALUES (1, 3, 2)"},
	{id: "inherit_another_parent", what: "another parent", base: "CREATE TABLE a (x integer); CREATE TABLE b (x integer);", from: "CREATE TABLE c (x integer) INHERITS (a)", to: "CREATE TABLE c (x integer) INHERITS (b)"},
	{id: "inherit_parents_in_another_order", what: "parents in another order", base: "CREATE TABLE a (x integer); CREATE TABLE b (x integer);", from: "CREATE TABLE c (x integer) INHERITS (a, b)", to: "CREATE TABLE c (x integer) INHERITS (b, a)"},
	{id: "inherit_heir_of_an_heir", what: "heir of an heir", base: "CREATE TABLE a (x integer); CREATE TABLE b () INHERITS (a); CREATE TABLE c () INHERITS (b);", to: "ALTER TABLE a ADD COLUMN y integer DEFAULT 2; ALTER TABLE c ALTER y SET DEFAULT 4"},
}

// An heir that only has its columns from its parent keeps them as its own when it
// is let go, and they are still its own when it inherits again: the way back leads
// to a table that declares them as well.
func TestHeirLetGo(t *testing.T) {
	t.Parallel()
	url, other := dbtest.Postgres(t), dbtest.Postgres(t)
	dbtest.Exec(t, url, cities)
	dbtest.Exec(t, other, cities+"ALTER TABLE capitals NO INHERIT cities")
	before, _ := objectsOf(t, url)
	want, version := objectsOf(t, other)
	rows := readTables(t, url)
	back := lead(t, url, want)
	if d := cmp.Diff(dbtest.PgDump(t, other), dbtest.PgDump(t, url)); d != "" {
		t.Errorf("it arrives elsewhere (- wanted, + reached):\n%s", d)
	}
	if lost := lostRows(rows, readTables(t, url), nil); lost != "" {
		t.Errorf("rows are not as they were: %s", lost)
	}
	carryOut(t, url, back, version)
	after, _ := objectsOf(t, url)
	if p, err := diff.Diff(after, before, diff.Renames{}); err != nil || len(p.Changes) > 0 {
		t.Errorf("back, there are changes: %v %v", p.Changes, err)
	}
	if !slices.ContainsFunc(after.Unmanaged, func(o schema.Object) bool {
		return o.Kind == "column declared in the table and in a parent" && o.Name.Local == "name"
	}) {
		t.Errorf("not listed: %v", after.Unmanaged)
	}
}
