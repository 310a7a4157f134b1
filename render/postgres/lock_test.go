package postgres_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/introspect"
	read "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// TestLocksOfFamiliesAndAccess is law 6 for what no model says: partitions,
// inheritance, owners, privileges and publications. Each statement of a plan, and
// of its way back, must take the locks and read the tables it said. base holds on
// both sides.
func TestLocksOfFamiliesAndAccess(t *testing.T) {
	const (
		days = `CREATE TABLE days (at date NOT NULL, kind text) PARTITION BY RANGE (at);
CREATE TABLE days_23 PARTITION OF days FOR VALUES FROM ('2023-01-01') TO ('2024-01-01'); INSERT INTO days VALUES ('2023-05-01', 'a');
CREATE TABLE days_24 (at date NOT NULL, kind text); INSERT INTO days_24 VALUES ('2024-05-01', 'b');
`
		rest   = "CREATE TABLE days_rest PARTITION OF days DEFAULT; INSERT INTO days VALUES ('1999-01-01', 'x');\n"
		attach = "ALTER TABLE days ATTACH PARTITION days_24 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"
		create = "CREATE TABLE days_25 PARTITION OF days FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"
		heirs  = "CREATE TABLE a (x integer); CREATE TABLE b (x integer); CREATE TABLE c (x integer) INHERITS (b); INSERT INTO b VALUES (1);\n"
		items  = "CREATE TABLE t (id bigserial PRIMARY KEY, k integer GENERATED ALWAYS AS IDENTITY, a text); CREATE TABLE u (id bigint REFERENCES t); CREATE VIEW v AS SELECT id FROM t; CREATE MATERIALIZED VIEW m AS SELECT id FROM t; CREATE SEQUENCE s; CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';\n"
		parted = "CREATE TABLE p (id integer) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);\n"
		deep   = `CREATE TABLE kinds (kind text PRIMARY KEY); INSERT INTO kinds VALUES ('a'), ('b');
CREATE TABLE l (k text NOT NULL, n int NOT NULL, v int) PARTITION BY LIST (k);
CREATE TABLE l_a PARTITION OF l FOR VALUES IN ('a') PARTITION BY LIST (n); CREATE TABLE l_a_1 PARTITION OF l_a FOR VALUES IN (1); CREATE TABLE l_a_2 PARTITION OF l_a DEFAULT;
CREATE TABLE l_b PARTITION OF l FOR VALUES IN ('b'); INSERT INTO l VALUES ('a', 1), ('a', 2), ('b', 1);
`
		defaults = "ALTER DEFAULT PRIVILEGES FOR ROLE postgres "
	)
	for _, major := range majors(t) {
		t.Run(fmt.Sprintf("PostgreSQL %d", major), func(t *testing.T) {
			for _, c := range []struct {
				name, base, from, to string
				since                int
				simple               bool
			}{
				{name: "partition attached and detached", base: days, to: attach},
				{name: "partition attached beside a default one", base: days + rest, to: attach},
				{name: "partition attached under an index", base: days + "CREATE INDEX i ON days (kind);", to: attach},
				{name: "partition attached under a foreign key", base: "CREATE TABLE kinds (kind text PRIMARY KEY); INSERT INTO kinds VALUES ('a'), ('b');" + days + "ALTER TABLE days ADD FOREIGN KEY (kind) REFERENCES kinds;", to: attach},
				{name: "partition attached to what another table refers to", base: days + "ALTER TABLE days ADD PRIMARY KEY (at); CREATE TABLE notes (at date REFERENCES days);", to: attach},
				{name: "partition attached to what another partitioned table refers to", base: days + "ALTER TABLE days ADD PRIMARY KEY (at); CREATE TABLE notes (at date REFERENCES days) PARTITION BY LIST (at); CREATE TABLE notes_rest PARTITION OF notes DEFAULT; INSERT INTO notes VALUES ('2023-05-01');", to: attach},
				{name: "partition with partitions attached", base: days + "DROP TABLE days_24; CREATE TABLE days_24 (at date NOT NULL, kind text) PARTITION BY LIST (kind); CREATE TABLE days_24_a PARTITION OF days_24 FOR VALUES IN ('a'); INSERT INTO days_24 VALUES ('2024-05-01', 'a');", to: attach},
				{name: "partition created and dropped", base: days, to: create},
				{name: "partition created beside a default one", base: days + rest, to: create},
				{name: "partition created under a foreign key", base: "CREATE TABLE kinds (kind text PRIMARY KEY); INSERT INTO kinds VALUES ('a'), ('b');" + days + "ALTER TABLE days ADD FOREIGN KEY (kind) REFERENCES kinds;", to: create},
				{name: "partition created in what another table refers to", base: days + "ALTER TABLE days ADD PRIMARY KEY (at); CREATE TABLE notes (at date REFERENCES days);", to: create},
				{name: "partition of a partition created under foreign keys of both kinds", base: "CREATE TABLE kinds (kind text PRIMARY KEY); INSERT INTO kinds VALUES ('a'), ('b');" + days + "ALTER TABLE days ADD PRIMARY KEY (at), ADD FOREIGN KEY (kind) REFERENCES kinds; CREATE TABLE notes (at date REFERENCES days); CREATE TABLE days_25 PARTITION OF days FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY RANGE (at);", to: "CREATE TABLE days_25_a PARTITION OF days_25 FOR VALUES FROM ('2025-01-01') TO ('2025-02-01')"},
				{name: "default partition created", base: days, to: "CREATE TABLE days_rest PARTITION OF days DEFAULT"},
				{name: "heir begins and ceases", base: heirs, to: "ALTER TABLE b INHERIT a"},
				{name: "heir created and dropped", base: heirs, to: "CREATE TABLE d (y integer) INHERITS (a, c)"},

				{name: "foreign key and check added in two steps", base: items, to: "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (k) REFERENCES t (id), ADD CONSTRAINT c CHECK (k > 0); ALTER TABLE u ADD CONSTRAINT g FOREIGN KEY (id) REFERENCES t (id); COMMENT ON CONSTRAINT c ON t IS 'x'"},
				{name: "check added in two steps above heirs", base: heirs, to: "ALTER TABLE b ADD CONSTRAINT c CHECK (x > 0)"},
				{name: "foreign key and check of a partitioned table added", base: "CREATE TABLE kinds (kind text PRIMARY KEY); INSERT INTO kinds VALUES ('a'), ('b');" + days, to: "ALTER TABLE days ADD CONSTRAINT f FOREIGN KEY (kind) REFERENCES kinds, ADD CONSTRAINT c CHECK (kind <> '')"},
				{name: "keys added", base: "CREATE TABLE t (a bigint, b text, c bigint NOT NULL); INSERT INTO t VALUES (1, 'x', 1);", to: "ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (a) INCLUDE (b), ADD CONSTRAINT u UNIQUE (b, a) DEFERRABLE, ADD CONSTRAINT w UNIQUE (c); COMMENT ON CONSTRAINT u ON t IS 'x'"},
				{name: "primary key of another column", base: "CREATE TABLE t (a bigint, b bigint NOT NULL); INSERT INTO t VALUES (1, 1);", from: "ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (b)", to: "ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (a)"},
				{name: "unique over a new column", base: items, to: "ALTER TABLE t ADD COLUMN n text, ADD CONSTRAINT c UNIQUE (n)"},
				{name: "columns become NOT NULL", base: items, to: "ALTER TABLE t ALTER a SET NOT NULL, ALTER a SET DEFAULT ''; ALTER TABLE u ALTER id SET NOT NULL"},
				{name: "columns become NOT NULL above heirs and partitions", base: heirs + days, to: "ALTER TABLE b ALTER x SET NOT NULL; ALTER TABLE days ALTER kind SET NOT NULL; ALTER TABLE days ALTER kind SET DEFAULT 'q'"},
				{name: "keys added above heirs", base: heirs, to: "ALTER TABLE b ADD CONSTRAINT b_pkey PRIMARY KEY (x), ADD CONSTRAINT i UNIQUE (x)"},
				{name: "foreign key of a partitioned table with partitions below partitions", base: deep, to: "ALTER TABLE l ADD CONSTRAINT f FOREIGN KEY (k) REFERENCES kinds ON DELETE CASCADE; COMMENT ON CONSTRAINT f ON l IS 'x'"},
				{name: "keys of a partitioned table with partitions below partitions", base: deep, to: "ALTER TABLE l ADD CONSTRAINT l_pkey PRIMARY KEY (k, n), ADD CONSTRAINT u UNIQUE (n, k, v) DEFERRABLE"},
				{name: "keys of a partitioned table, simple", base: deep, to: "ALTER TABLE l ADD CONSTRAINT l_pkey PRIMARY KEY (k, n), ADD CONSTRAINT u UNIQUE (n, k, v) DEFERRABLE", simple: true},
				{name: "key of a partitioned table in the place of another", base: deep, from: "ALTER TABLE l ADD CONSTRAINT u UNIQUE (n, k)", to: "ALTER TABLE l ADD CONSTRAINT u UNIQUE (n, k, v)"},
				{name: "columns with values that differ from row to row", base: "CREATE TABLE t (a int, b text, PRIMARY KEY (a, b)); INSERT INTO t SELECT g, g FROM generate_series(1, 9) g;", to: "ALTER TABLE t ADD COLUMN u uuid NOT NULL DEFAULT gen_random_uuid(), ADD COLUMN v numeric(9,2) DEFAULT (random() * 10)::numeric(9,2); COMMENT ON COLUMN t.u IS 'x'; CREATE UNIQUE INDEX i ON t (u)"},
				{name: "the same of a partitioned table", base: deep, from: "ALTER TABLE l ADD PRIMARY KEY (k, n)", to: "ALTER TABLE l ADD PRIMARY KEY (k, n); ALTER TABLE l ADD COLUMN u timestamptz NOT NULL DEFAULT clock_timestamp()"},
				{name: "the same beside a trigger", base: items, to: "CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION tr(); ALTER TABLE t ADD COLUMN u uuid NOT NULL DEFAULT gen_random_uuid()"},
				{name: "columns, tables and what they are of dropped", base: "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE k (a int NOT NULL); INSERT INTO k VALUES (1);", from: "CREATE TYPE e AS ENUM ('x'); CREATE TABLE o (e e, p int REFERENCES p); ALTER TABLE k ADD e e, ADD b int REFERENCES p", to: "ALTER TABLE k ADD c int NOT NULL DEFAULT 1, ADD CONSTRAINT u UNIQUE (a)"},
				{name: "index replaced", base: items, from: "CREATE INDEX i ON t (a)", to: "CREATE UNIQUE INDEX i ON t (a, k) INCLUDE (id); COMMENT ON INDEX i IS 'x'"},
				{name: "index of the replica identity replaced", base: items, from: "CREATE UNIQUE INDEX i ON t (k); ALTER TABLE t REPLICA IDENTITY USING INDEX i", to: "CREATE UNIQUE INDEX i ON t (k, id); ALTER TABLE t REPLICA IDENTITY USING INDEX i"},
				{name: "index that the table is clustered by replaced", base: items, from: "CREATE INDEX i ON t (a); ALTER TABLE t CLUSTER ON i", to: "CREATE INDEX i ON t (a, k); ALTER TABLE t CLUSTER ON i"},
				{name: "index of a partitioned table replaced", base: days, from: "CREATE INDEX i ON days (kind)", to: "CREATE INDEX i ON days (kind, at)"},
				{name: "unique index becomes a constraint", base: items, from: "CREATE UNIQUE INDEX i ON t (a)", to: "ALTER TABLE t ADD CONSTRAINT c UNIQUE (a) DEFERRABLE"},
				{name: "unique index becomes a constraint of the same name, above heirs", base: heirs, from: "CREATE UNIQUE INDEX i ON b (x)", to: "ALTER TABLE b ADD CONSTRAINT i UNIQUE (x)"},
				{name: "unique index becomes the primary key", base: "CREATE TABLE t (id bigint NOT NULL); INSERT INTO t VALUES (1);", from: "CREATE UNIQUE INDEX i ON t (id)", to: "ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (id)"},
				{name: "unique index over what may be NULL becomes the primary key", base: "CREATE TABLE t (id bigint); INSERT INTO t VALUES (1);", from: "CREATE UNIQUE INDEX i ON t (id)", to: "ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (id)"},

				{name: "owner of a table with sequences, a view on it and a table that refers to it", base: items, to: "ALTER TABLE t OWNER TO pg_monitor"},
				{name: "owner of a partition", base: parted, to: "ALTER TABLE p1 OWNER TO pg_monitor"},
				{name: "owner of views", base: items, to: "ALTER VIEW v OWNER TO pg_monitor; ALTER MATERIALIZED VIEW m OWNER TO pg_monitor"},
				{name: "owner of a sequence and a function", base: items, to: "ALTER SEQUENCE s OWNER TO pg_monitor; ALTER FUNCTION f() OWNER TO pg_monitor"},
				{name: "privileges on tables, columns and views", base: items, from: "GRANT SELECT ON v TO pg_monitor", to: "GRANT SELECT, INSERT ON t TO pg_monitor WITH GRANT OPTION; GRANT UPDATE (a) ON t TO PUBLIC; REVOKE DELETE ON t FROM CURRENT_USER; GRANT SELECT ON m TO pg_monitor"},
				{name: "privileges on sequences, functions and the schema", base: items, to: "GRANT USAGE ON SEQUENCE s, t_id_seq TO pg_monitor; REVOKE ALL ON FUNCTION f() FROM PUBLIC; GRANT USAGE ON SCHEMA public TO pg_monitor"},
				{name: "default privileges", base: items, to: defaults + "GRANT SELECT ON TABLES TO pg_monitor; " + defaults + "IN SCHEMA public GRANT USAGE ON SEQUENCES TO pg_monitor; " + defaults + "REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"},

				{name: "publication of tables created and dropped", base: items, to: "CREATE PUBLICATION pub FOR TABLE t, u"},
				{name: "publication of a partitioned table", base: parted, to: "CREATE PUBLICATION pub FOR TABLE p"},
				{name: "publication of all tables", base: items, to: "CREATE PUBLICATION pub FOR ALL TABLES"},
				{name: "table added to a publication", base: items, from: "CREATE PUBLICATION pub FOR TABLE t", to: "CREATE PUBLICATION pub FOR TABLE t, u"},
				{name: "options of a publication", base: items, from: "CREATE PUBLICATION pub FOR TABLE t", to: "CREATE PUBLICATION pub FOR TABLE t WITH (publish = 'insert', publish_via_partition_root = true)"},
				{name: "columns and rows of a publication", base: items, from: "CREATE PUBLICATION pub FOR TABLE t", to: "CREATE PUBLICATION pub FOR TABLE t (id) WHERE (id > 1)", since: 15},
				{name: "publication of a schema", base: items, from: "CREATE PUBLICATION pub FOR TABLE t", to: "CREATE PUBLICATION pub FOR TABLES IN SCHEMA public", since: 15},
			} {
				if major < c.since {
					continue
				}
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					s := newServer(t, newDatabase(t, major, c.base+c.from))
					have, version := s.everything(t)
					want, _ := newServer(t, newDatabase(t, major, c.base+c.to)).everything(t)
					p, err := diff.Diff(have, want, diff.Renames{})
					if err != nil {
						t.Fatal(err)
					}
					if len(p.Changes) == 0 {
						t.Fatal("there is no difference")
					}
					o := render.Options{ServerVersion: version, Online: !c.simple}
					s.measure(t, p, o)
					s.measure(t, p.Reverse(), o)
				})
			}
		})
	}
}

// everything is the catalog with objects, owners and privileges.
func (s *server) everything(t *testing.T) (*schema.Database, int) {
	t.Helper()
	db, info, err := read.Inspect(context.Background(), s.conn, introspect.Options{Schemas: []string{"public"}, Objects: true, Privileges: true})
	if err != nil {
		t.Fatal(err)
	}
	return db, info.ServerVersion
}
