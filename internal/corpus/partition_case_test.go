package corpus_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/schema"
)

// heldRows are the rows of each table as texts, sorted, with columns by name.
type heldRows map[string][]map[string]string

func heldIn(t *testing.T, url string) heldRows {
	t.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	all := heldRows{}
	names, err := c.Query(ctx, `SELECT quote_ident(nspname) || '.' || quote_ident(relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE relkind = 'r' AND nspname !~ '^pg_' AND nspname <> 'information_schema'`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(names, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		rows, err := c.Query(ctx, "SELECT (SELECT jsonb_object_agg(k, v) FROM jsonb_each_text(to_jsonb(gen_row)) AS e(k, v)) FROM ONLY "+table+" gen_row ORDER BY 1")
		if err != nil {
			t.Fatal(err)
		}
		list, err := pgx.CollectRows(rows, pgx.RowTo[map[string]*string])
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			one := map[string]string{}
			for k, v := range r {
				if v != nil {
					one[k] = *v
				}
			}
			all[table] = append(all[table], one)
		}
	}
	return all
}

// kept fails unless each table that is still there has, in the columns that are, the
// rows it had.
func (before heldRows) kept(t *testing.T, way string, after heldRows) {
	t.Helper()
	for table, had := range before {
		has, there := after[table]
		if !there || len(has) == 0 || len(had) == 0 {
			continue
		}
		text := func(rows, others []map[string]string) string {
			var lines []string
			for _, r := range rows {
				var words []string
				for k, v := range r {
					if slices.ContainsFunc(others, func(o map[string]string) bool { _, ok := o[k]; return ok }) {
						words = append(words, k+"="+v)
					}
				}
				slices.Sort(words)
				lines = append(lines, strings.Join(words, " "))
			}
			slices.Sort(lines)
			return strings.Join(lines, "\n")
		}
		if a, b := text(had, has), text(has, had); a != b {
			t.Errorf("%s: rows of %s were\n%s\nand are\n%s", way, table, a, b)
		}
	}
}

const events = `CREATE TABLE events (at date NOT NULL, kind text, n integer DEFAULT 1) PARTITION BY RANGE (at);
CREATE TABLE events_23 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE events_24 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO events VALUES ('2023-05-01', 'a', 1), ('2024-05-01', 'b', 2);
`

const cities = `CREATE TABLE cities (name text NOT NULL, people integer DEFAULT 0, CHECK (people >= 0));
CREATE TABLE capitals (state text) INHERITS (cities);
INSERT INTO cities VALUES ('Bonn', 1); INSERT INTO capitals VALUES ('Berlin', 2, 'de');
`

var partitionCases = []objectCase{
	{"table created with its partitions", "", "", events},
	{"sub-partitions and a default one", "", "", "CREATE TABLE p (a integer, b text) PARTITION BY LIST (b); CREATE TABLE p_x PARTITION OF p FOR VALUES IN ('x', 'y') PARTITION BY HASH (a); CREATE TABLE p_x_0 PARTITION OF p_x FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE p_x_1 PARTITION OF p_x FOR VALUES WITH (MODULUS 2, REMAINDER 1); CREATE TABLE p_rest PARTITION OF p DEFAULT"},
	{"keys with expressions, collations and operator classes", "", "", `CREATE TABLE p (a text, b integer) PARTITION BY RANGE (lower(a) COLLATE "C" text_pattern_ops, b); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (MINVALUE, MINVALUE) TO ('m', 5)`},
	{"partition added", events, "", "CREATE TABLE events_25 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"},
	{"default partition added", events, "", "CREATE TABLE events_rest PARTITION OF events DEFAULT"},
	{"partition with details of its own", events, "", "CREATE TABLE events_25 PARTITION OF events (CONSTRAINT own CHECK (n > 0)) FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') WITH (fillfactor = 70); ALTER TABLE events_25 ALTER n SET DEFAULT 7, ALTER kind SET NOT NULL, ALTER kind SET STORAGE EXTERNAL, ALTER n SET STATISTICS 9; CREATE INDEX mine ON events_25 (kind); COMMENT ON TABLE events_25 IS 'x'; COMMENT ON COLUMN events_25.n IS 'y'"},
	{"partition without the default of its table", events, "", "CREATE TABLE events_25 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01'); ALTER TABLE events_25 ALTER n DROP DEFAULT"},
	{"partition detached", events, "", "ALTER TABLE events DETACH PARTITION events_24"},
	{"partition detached from a table with keys", events + "ALTER TABLE events ADD PRIMARY KEY (at); CREATE INDEX by_kind ON events (kind); ALTER TABLE events ADD CHECK (n > 0);", "", "ALTER TABLE events DETACH PARTITION events_24"},
	{"partition detached, its index and check dropped", events + "CREATE INDEX by_kind ON events (kind); ALTER TABLE events ADD CONSTRAINT pos CHECK (n > 0);", "", "ALTER TABLE events DETACH PARTITION events_24; DROP INDEX events_24_kind_idx; ALTER TABLE events_24 DROP CONSTRAINT pos; ALTER TABLE events_24 ADD COLUMN more text"},
	{"attached with an index of another name", events + "CREATE INDEX by_kind ON events (kind); CREATE TABLE e25 (at date NOT NULL, kind text, n integer DEFAULT 1); CREATE INDEX another ON e25 (kind); INSERT INTO e25 VALUES ('2025-02-02', 'c', 3);", "", "ALTER TABLE events ATTACH PARTITION e25 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"},
	{"bound changed", events, "", "ALTER TABLE events DETACH PARTITION events_24; ALTER TABLE events ATTACH PARTITION events_24 FOR VALUES FROM ('2024-01-01') TO ('2026-01-01')"},
	{"bounds of two partitions changed", events, "", "ALTER TABLE events DETACH PARTITION events_24; ALTER TABLE events DETACH PARTITION events_23; ALTER TABLE events ATTACH PARTITION events_24 FOR VALUES FROM ('2023-06-01') TO ('2026-01-01'); ALTER TABLE events ATTACH PARTITION events_23 FOR VALUES FROM ('2022-01-01') TO ('2023-06-01')"},
	{"bound changed while the table changes", events, "", "ALTER TABLE events DETACH PARTITION events_24; ALTER TABLE events ATTACH PARTITION events_24 FOR VALUES FROM ('2024-01-01') TO ('2026-01-01'); ALTER TABLE events ADD COLUMN more text DEFAULT 'x'; CREATE INDEX by_n ON events (n); CREATE TABLE events_27 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')"},
	{"becomes the default one", "CREATE TABLE l (a integer) PARTITION BY LIST (a); CREATE TABLE l1 PARTITION OF l FOR VALUES IN (1); INSERT INTO l VALUES (1);", "", "ALTER TABLE l DETACH PARTITION l1; ALTER TABLE l ATTACH PARTITION l1 DEFAULT"},
	{"moves to another table", events + "CREATE TABLE other (at date NOT NULL, kind text, n integer DEFAULT 1) PARTITION BY RANGE (at); CREATE INDEX o ON other (n);", "", "ALTER TABLE events DETACH PARTITION events_24; ALTER TABLE other ATTACH PARTITION events_24 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"},
	{"column added to the table", events, "", "ALTER TABLE events ADD COLUMN more text NOT NULL DEFAULT 'x'"},
	{"column added, one partition has another default", events, "", "ALTER TABLE events ADD COLUMN more text DEFAULT 'x'; ALTER TABLE events_23 ALTER more SET DEFAULT 'y'"},
	{"column dropped", events, "", "ALTER TABLE events DROP COLUMN n"},
	{"type changed", events, "", "ALTER TABLE events ALTER n TYPE bigint"},
	{"type changed under an index and a check of a partition", events + "CREATE INDEX mine ON events_23 (n) WHERE n > 1; ALTER TABLE events_23 ADD CONSTRAINT own CHECK (n > 0);", "", "ALTER TABLE events ALTER n TYPE bigint"},
	{"type changed under views of the table and of a partition", "", events + "CREATE VIEW v AS SELECT n FROM events; CREATE VIEW w AS SELECT n FROM events_23", strings.ReplaceAll(events, "n integer", "n bigint") + "CREATE VIEW v AS SELECT n FROM events; CREATE VIEW w AS SELECT n FROM events_23"},
	{"default changed", events, "", "ALTER TABLE events ALTER n SET DEFAULT 5"},
	{"default changed, a partition keeps its own", events + "ALTER TABLE events_23 ALTER n SET DEFAULT 9;", "", "ALTER TABLE ONLY events ALTER n SET DEFAULT 5; ALTER TABLE ONLY events_24 ALTER n SET DEFAULT 5"},
	{"default changed on the table alone", events, "", "ALTER TABLE ONLY events ALTER n SET DEFAULT 5"},
	{"not null", events, "", "ALTER TABLE events ALTER n SET NOT NULL"},
	{"not null of a partition", events, "", "ALTER TABLE events_23 ALTER n SET NOT NULL"},
	{"storage, statistics and compression", events, "", "ALTER TABLE events ALTER kind SET STORAGE EXTERNAL; ALTER TABLE events ALTER n SET STATISTICS 7; ALTER TABLE events ALTER kind SET COMPRESSION pglz; ALTER TABLE events_24 ALTER n SET STATISTICS 8"},
	{"default of a sub-partition through two levels", "CREATE TABLE p (a integer, b integer DEFAULT 1) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (b); CREATE TABLE r PARTITION OF q FOR VALUES IN (1); ALTER TABLE q ALTER b SET DEFAULT 2; ALTER TABLE r ALTER b SET DEFAULT 3;", "", "ALTER TABLE ONLY p ALTER b SET DEFAULT 4; ALTER TABLE ONLY q ALTER b SET DEFAULT 5"},
	{"serial and identity", "", "", "CREATE TABLE p (id serial, k integer GENERATED ALWAYS AS IDENTITY, a integer) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)"},
	{"generated column", "", "CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); INSERT INTO p VALUES (1, 2)", "CREATE TABLE p (a integer, b integer, g integer GENERATED ALWAYS AS (b * 2) STORED) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); INSERT INTO p VALUES (1, 2)"},
	{"check added", events, "", "ALTER TABLE events ADD CONSTRAINT pos CHECK (n > 0)"},
	{"check not valid, then valid", events, "ALTER TABLE events ADD CONSTRAINT pos CHECK (n > 0) NOT VALID", "ALTER TABLE events ADD CONSTRAINT pos CHECK (n > 0)"},
	{"check of a partition", events, "", "ALTER TABLE events_23 ADD CONSTRAINT pos CHECK (n > 0)"},
	{"check moves from a partition to the table", events, "ALTER TABLE events_23 ADD CONSTRAINT pos CHECK (n > 0)", "ALTER TABLE events ADD CONSTRAINT pos CHECK (n > 0)"},
	{"primary key", events, "", "ALTER TABLE events ADD PRIMARY KEY (at)"},
	{"unique constraint", events, "", "ALTER TABLE events ADD CONSTRAINT u UNIQUE (kind, at)"},
	{"foreign key from the table", "CREATE TABLE kinds (kind text PRIMARY KEY); INSERT INTO kinds VALUES ('a'), ('b');" + events, "", "ALTER TABLE events ADD CONSTRAINT fk FOREIGN KEY (kind) REFERENCES kinds"},
	{"foreign key to the table", events + "ALTER TABLE events ADD PRIMARY KEY (at); CREATE TABLE notes (at date); INSERT INTO notes VALUES ('2023-05-01');", "", "ALTER TABLE notes ADD CONSTRAINT fk FOREIGN KEY (at) REFERENCES events"},
	{"foreign key to a partitioned table, partition detached", events + "ALTER TABLE events ADD PRIMARY KEY (at); CREATE TABLE notes (at date REFERENCES events);", "", "ALTER TABLE events DETACH PARTITION events_24"},
	{"index", events, "", "CREATE INDEX by_kind ON events (kind)"},
	{"index through sub-partitions", "CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (b); CREATE TABLE r PARTITION OF q FOR VALUES IN (1);", "", "CREATE UNIQUE INDEX u ON p (a, b)"},
	{"index of the table with options", events + "CREATE INDEX by_kind ON events (kind);", "", "DROP INDEX by_kind; CREATE INDEX by_kind ON events (kind) WITH (fillfactor = 50)"},
	{"index of the table renamed", events, "CREATE INDEX by_kind ON events (kind)", "CREATE INDEX by_kind ON events (kind); ALTER INDEX by_kind RENAME TO kinds_of"},
	{"index of a partition", events, "", "CREATE INDEX mine ON events_23 (kind)"},
	{"options of a partition", events, "", "ALTER TABLE events_23 SET (fillfactor = 50)"},
	{"comments", events, "", "COMMENT ON TABLE events IS 'x'; COMMENT ON COLUMN events.n IS 'y'; COMMENT ON TABLE events_23 IS 'z'; COMMENT ON COLUMN events_23.n IS 'w'"},
	{"unlogged partition", events, "", "ALTER TABLE events_23 SET UNLOGGED"},
	{"trigger of the table", stamp + events, "", "CREATE TRIGGER g AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION stamp()"},
	{"trigger of the table, partition attached", stamp + events + "CREATE TRIGGER g AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION stamp();", "", "ALTER TABLE events DETACH PARTITION events_24; CREATE TRIGGER own AFTER INSERT ON events_24 FOR EACH ROW EXECUTE FUNCTION stamp()"},
	{"policies and row security", events, "", "ALTER TABLE events ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON events USING (n > 0); ALTER TABLE events_23 ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON events_23 USING (n > 1)"},
	{"statistics and replica identity", events, "", "CREATE STATISTICS s ON kind, n FROM events; CREATE STATISTICS s23 ON kind, n FROM events_23; ALTER TABLE events_23 REPLICA IDENTITY FULL; ALTER TABLE events REPLICA IDENTITY FULL"},
	{"function under a default", "", one + "CREATE TABLE p (a integer, b integer DEFAULT f(1)) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)", another + "CREATE TABLE p (a integer, b integer DEFAULT f(1)) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)"},
	{"function under a check and an index", "", one + "CREATE TABLE p (a integer, b integer CHECK (f(b) > 0)) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE INDEX i ON p (f(b))", another + "CREATE TABLE p (a integer, b integer CHECK (f(b) > 0)) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE INDEX i ON p (f(b))"},

	{"heir created", "", "", cities},
	{"heir with details of its own", cities, "", "CREATE TABLE towns (name text DEFAULT 'x', mayor text, CONSTRAINT c CHECK (mayor <> '')) INHERITS (cities); ALTER TABLE towns ALTER people SET DEFAULT 5, ALTER people SET NOT NULL"},
	{"two parents", cities, "", "CREATE TABLE named (name text NOT NULL, nick text); CREATE TABLE both_of () INHERITS (cities, named)"},
	{"heir with the columns of its own let go", "CREATE TABLE a (x integer DEFAULT 1, CONSTRAINT c CHECK (x > 0)); CREATE TABLE b (x integer DEFAULT 1, y text, CONSTRAINT c CHECK (x > 0)); INSERT INTO b VALUES (1, 'y');", "", "ALTER TABLE b INHERIT a"},
	{"column added to the parent", cities, "", "ALTER TABLE cities ADD COLUMN area integer DEFAULT 3"},
	{"column of the parent dropped", cities, "", "ALTER TABLE cities DROP COLUMN people"},
	{"column of the heir", cities, "", "ALTER TABLE capitals ADD COLUMN since date"},
	{"type of the parent", cities, "", "ALTER TABLE cities ALTER people TYPE bigint"},
	{"default and null of the parent", cities, "", "ALTER TABLE cities ALTER people SET DEFAULT 7, ALTER name DROP NOT NULL"},
	{"default of the parent alone", cities, "", "ALTER TABLE ONLY cities ALTER people SET DEFAULT 7"},
	{"check of the parent", cities, "", "ALTER TABLE cities ADD CONSTRAINT c CHECK (name <> '')"},
	{"check that is not inherited", cities, "", "ALTER TABLE cities ADD CONSTRAINT c CHECK (name <> '') NO INHERIT"},
	{"key and index of the parent alone", cities, "", "ALTER TABLE cities ADD PRIMARY KEY (name); CREATE INDEX i ON cities (people); CREATE INDEX j ON capitals (people)"},
	{"column declared twice", "", "CREATE TABLE a (x integer); CREATE TABLE b (x integer, y integer) INHERITS (a); INSERT INTO b VALUES (1, 2)", "CREATE TABLE a (x integer, z integer); CREATE TABLE b (x integer, y integer) INHERITS (a); INSERT INTO b VALUES (1, 3, 2)"},
	{"another parent", "CREATE TABLE a (x integer); CREATE TABLE b (x integer);", "CREATE TABLE c (x integer) INHERITS (a)", "CREATE TABLE c (x integer) INHERITS (b)"},
	{"parents in another order", "CREATE TABLE a (x integer); CREATE TABLE b (x integer);", "CREATE TABLE c (x integer) INHERITS (a, b)", "CREATE TABLE c (x integer) INHERITS (b, a)"},
	{"heir of an heir", "CREATE TABLE a (x integer); CREATE TABLE b () INHERITS (a); CREATE TABLE c () INHERITS (b);", "", "ALTER TABLE a ADD COLUMN y integer DEFAULT 2; ALTER TABLE c ALTER y SET DEFAULT 4"},
}

// TestPartitionChanges is about tables that have columns from others.
func TestPartitionChanges(t *testing.T) {
	for i, c := range partitionCases {
		if !sampled(i) {
			continue
		}
		t.Run(fmt.Sprintf("%02d %s", i, strings.ReplaceAll(c.name, "/", " ")), func(t *testing.T) {
			t.Parallel()
			needsMajor(t, c.base+c.from+c.to)
			bothWays(t, c, testing.Short())
		})
	}
}

// An heir that only has its columns from its parent keeps them as its own when it
// is let go, and they are still its own when it inherits again: the way back leads
// to a table that declares them as well.
func TestHeirLetGo(t *testing.T) {
	t.Parallel()
	c := objectCase{base: cities, to: "ALTER TABLE capitals NO INHERIT cities"}
	url, other := dbtest.Postgres(t), dbtest.Postgres(t)
	dbtest.Exec(t, url, c.base)
	dbtest.Exec(t, other, c.base+c.to)
	before, _ := objectsOf(t, url)
	want, version := objectsOf(t, other)
	rows := heldIn(t, url)
	back := lead(t, url, want)
	if d := cmp.Diff(dbtest.PgDump(t, other), dbtest.PgDump(t, url)); d != "" {
		t.Errorf("it arrives elsewhere (- wanted, + reached):\n%s", d)
	}
	rows.kept(t, "let go", heldIn(t, url))
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

// bothWays leads a database from one side of the case to the other and back, with
// what pg_dump says as the witness. The other way differs from the way back only in
// how it was planned.
func bothWays(t *testing.T, c objectCase, short bool) {
	t.Helper()
	load := func(side string) (url, dump string) {
		url = dbtest.Postgres(t)
		dbtest.Exec(t, url, c.base+side)
		return url, dbtest.PgDump(t, url)
	}
	from, before := load(c.from)
	to, after := load(c.to)
	if before == after {
		t.Fatal("there is no difference")
	}
	ways := []struct{ name, url, other, start, want string }{{"there", from, to, before, after}, {"the other way", to, from, after, before}}
	if short {
		ways = ways[:1]
	}
	for _, way := range ways {
		other, version := objectsOf(t, way.other)
		rows := heldIn(t, way.url)
		back := lead(t, way.url, other)
		if d := cmp.Diff(way.want, dbtest.PgDump(t, way.url)); d != "" {
			t.Errorf("%s: it arrives elsewhere (- wanted, + reached):\n%s", way.name, d)
		}
		rows.kept(t, way.name, heldIn(t, way.url))
		script := carryOut(t, way.url, back, version)
		if d := cmp.Diff(way.start, dbtest.PgDump(t, way.url)); d != "" {
			t.Errorf("%s: the way back leads elsewhere (- began, + returned):\n%s\n%s", way.name, d, script)
		}
	}
}
