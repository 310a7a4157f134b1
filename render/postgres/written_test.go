package postgres_test

import (
	"cmp"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/internal/observe"
	"github.com/gen-migrate/gen/render/postgres"
)

// writtenScene is what the statements below work on.
const writtenScene = `
CREATE TABLE users (id int PRIMARY KEY, n int DEFAULT 1, t text, CONSTRAINT users_n CHECK (n > 0) NOT VALID);
CREATE TABLE orders (id int PRIMARY KEY, user_id int, s text);
CREATE TABLE "Odd Name" (id int);
CREATE TABLE parted (id int) PARTITION BY LIST (id);
CREATE TABLE part1 PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE part2 (id int);
CREATE INDEX users_idx ON users (n);
CREATE INDEX orders_idx ON orders (s);
CREATE MATERIALIZED VIEW counts AS SELECT id, count(*) AS n FROM users GROUP BY id;
CREATE UNIQUE INDEX counts_id ON counts (id);
CREATE VIEW v AS SELECT 1 AS one;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();
CREATE POLICY pol ON users USING (true);
CREATE PUBLICATION pub FOR TABLE orders;
CREATE RULE ru AS ON INSERT TO orders DO ALSO NOTHING;
`

// indexOwner are the tables of the scene's indexes.
var indexOwner = map[string]string{"users_idx": "users", "orders_idx": "orders"}

func TestWrittenLocks(t *testing.T) {
	tests := []struct {
		sql, want string
		alone     bool // the server refuses it in a transaction
		since     int  // the major from which on it is the strongest
	}{
		{sql: "ALTER TABLE users ADD COLUMN x int", want: "ACCESS EXCLUSIVE on users"},
		{sql: "alter table if exists only public.users /* a ; */ add x int, drop column t", want: "ACCESS EXCLUSIVE on public.users"},
		{sql: `ALTER TABLE "Odd Name" RENAME TO even`, want: `ACCESS EXCLUSIVE on "Odd Name"`},
		{sql: "ALTER TABLE users ALTER COLUMN n TYPE bigint USING n::bigint", want: "ACCESS EXCLUSIVE on users"},
		{sql: "ALTER TABLE users ALTER COLUMN n SET NOT NULL", want: "ACCESS EXCLUSIVE on users"},
		{sql: "ALTER TABLE users ALTER n SET STATISTICS 100", want: "SHARE UPDATE EXCLUSIVE on users"},
		{sql: "ALTER TABLE users ALTER COLUMN n SET (n_distinct = 5)", want: "SHARE UPDATE EXCLUSIVE on users"},
		{sql: "ALTER TABLE users ALTER n SET STATISTICS 100, ALTER n DROP DEFAULT", want: "ACCESS EXCLUSIVE on users"},
		{sql: "ALTER TABLE users SET (fillfactor = 70)", want: "SHARE UPDATE EXCLUSIVE on users"},
		{sql: "ALTER TABLE users RESET (fillfactor)", want: "SHARE UPDATE EXCLUSIVE on users"},
		{sql: "ALTER TABLE users CLUSTER ON users_idx", want: "SHARE UPDATE EXCLUSIVE on users"},
		{sql: "ALTER TABLE users VALIDATE CONSTRAINT users_n", want: "SHARE UPDATE EXCLUSIVE on users"},
		{sql: "ALTER TABLE users ADD CONSTRAINT c CHECK (n < 9, 'ADD' <> ',') NOT VALID", want: "ACCESS EXCLUSIVE on users", alone: true},
		{sql: "ALTER TABLE users ADD CONSTRAINT c CHECK (n < 9) NOT VALID", want: "ACCESS EXCLUSIVE on users"},
		{sql: "ALTER TABLE users ADD UNIQUE (t)", want: "ACCESS EXCLUSIVE on users"},
		{sql: "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID", want: "SHARE ROW EXCLUSIVE on orders, users"},
		{sql: "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES public.users", want: "SHARE ROW EXCLUSIVE on orders, public.users"},
		{sql: "ALTER TABLE orders ADD COLUMN u int REFERENCES users", want: "ACCESS EXCLUSIVE on orders and SHARE ROW EXCLUSIVE on users"},
		{sql: "ALTER TABLE users DISABLE TRIGGER tr", want: "SHARE ROW EXCLUSIVE on users"},
		{sql: "ALTER TABLE users ENABLE ALWAYS TRIGGER tr", want: "SHARE ROW EXCLUSIVE on users"},
		{sql: "ALTER TABLE users ENABLE ROW LEVEL SECURITY", want: "ACCESS EXCLUSIVE on users"},
		{sql: "ALTER TABLE parted ATTACH PARTITION part2 FOR VALUES IN (2)", want: "ACCESS EXCLUSIVE on part2 and SHARE UPDATE EXCLUSIVE on parted"},
		{sql: "ALTER TABLE parted DETACH PARTITION part1", want: "ACCESS EXCLUSIVE on parted, part1", since: 14},
		{sql: "ALTER TABLE parted DETACH PARTITION part1 CONCURRENTLY", want: "ACCESS EXCLUSIVE on part1 and SHARE UPDATE EXCLUSIVE on parted", alone: true},
		{sql: "CREATE INDEX i ON users (t)", want: "SHARE on users"},
		{sql: "CREATE UNIQUE INDEX IF NOT EXISTS i ON ONLY users USING btree (id)", want: "SHARE on users"},
		{sql: "CREATE INDEX CONCURRENTLY i ON users (t)", want: "SHARE UPDATE EXCLUSIVE on users", alone: true},
		{sql: "DROP INDEX IF EXISTS users_idx, orders_idx", want: "ACCESS EXCLUSIVE on the table of users_idx, the table of orders_idx"},
		{sql: "DROP INDEX CONCURRENTLY IF EXISTS users_idx", want: "SHARE UPDATE EXCLUSIVE on the table of users_idx", alone: true},
		{sql: "REINDEX INDEX users_idx", want: "SHARE on the table of users_idx"},
		{sql: "REINDEX TABLE users", want: "SHARE on users"},
		{sql: "REINDEX TABLE CONCURRENTLY users", want: "SHARE UPDATE EXCLUSIVE on users", alone: true},
		{sql: "DROP TABLE IF EXISTS orders, part2 CASCADE", want: "ACCESS EXCLUSIVE on orders, part2"},
		{sql: "DROP VIEW v", want: "ACCESS EXCLUSIVE on v"},
		{sql: "DROP MATERIALIZED VIEW counts", want: "ACCESS EXCLUSIVE on counts"},
		{sql: "TRUNCATE orders, part2", want: "ACCESS EXCLUSIVE on orders, part2"},
		{sql: "LOCK TABLE users, orders IN SHARE MODE", want: "SHARE on users, orders"},
		{sql: "LOCK users", want: "ACCESS EXCLUSIVE on users"},
		{sql: "CLUSTER users USING users_idx", want: "ACCESS EXCLUSIVE on users"},
		{sql: "VACUUM FULL users", want: "ACCESS EXCLUSIVE on users", alone: true},
		{sql: "VACUUM (FULL, ANALYZE) users", want: "ACCESS EXCLUSIVE on users", alone: true},
		{sql: "VACUUM ANALYZE users, orders", want: "SHARE UPDATE EXCLUSIVE on users, orders", alone: true},
		{sql: "ANALYZE users (n), orders", want: "SHARE UPDATE EXCLUSIVE on users, orders"},
		{sql: "REFRESH MATERIALIZED VIEW counts", want: "ACCESS EXCLUSIVE on counts"},
		{sql: "REFRESH MATERIALIZED VIEW CONCURRENTLY counts", want: "EXCLUSIVE on counts"},
		{sql: "CREATE TRIGGER t2 AFTER UPDATE OF n ON users FOR EACH ROW EXECUTE FUNCTION f()", want: "SHARE ROW EXCLUSIVE on users"},
		{sql: "DROP TRIGGER tr ON users", want: "ACCESS EXCLUSIVE on users"},
		{sql: "ALTER TRIGGER tr ON users RENAME TO tr2", want: "ACCESS EXCLUSIVE on users"},
		{sql: "CREATE POLICY p2 ON users", want: "ACCESS EXCLUSIVE on users"},
		{sql: "DROP POLICY pol ON users", want: "ACCESS EXCLUSIVE on users"},
		{sql: "CREATE OR REPLACE RULE r2 AS ON UPDATE TO orders DO ALSO NOTHING", want: "ACCESS EXCLUSIVE on orders"},
		{sql: "DROP RULE ru ON orders", want: "ACCESS EXCLUSIVE on orders"},
		{sql: "COMMENT ON TABLE users IS 'ON x'", want: "SHARE UPDATE EXCLUSIVE on users"},
		{sql: `COMMENT ON COLUMN public."Odd Name".id IS NULL`, want: `SHARE UPDATE EXCLUSIVE on public."Odd Name"`},
		{sql: "COMMENT ON COLUMN id", alone: true},
		{sql: "ALTER VIEW IF EXISTS v ALTER COLUMN one SET DEFAULT 2", want: "ACCESS EXCLUSIVE on v"},
		{sql: "ALTER MATERIALIZED VIEW counts RENAME TO c", want: "ACCESS EXCLUSIVE on counts"},
		{sql: "ALTER MATERIALIZED VIEW counts SET (fillfactor = 70)", want: "SHARE UPDATE EXCLUSIVE on counts"},
		{sql: "CREATE STATISTICS st ON id, n FROM users", want: "SHARE UPDATE EXCLUSIVE on users"},
		{sql: "ALTER PUBLICATION pub ADD TABLE ONLY users", want: "SHARE UPDATE EXCLUSIVE on users"},
		{sql: "ALTER PUBLICATION pub DROP TABLE orders", want: "SHARE UPDATE EXCLUSIVE on orders"},
		{sql: "CREATE TABLE lines (id int REFERENCES orders, u int, FOREIGN KEY (u) REFERENCES users (id))", want: "SHARE ROW EXCLUSIVE on orders, users"},
		{sql: "CREATE TABLE part3 PARTITION OF parted FOR VALUES IN (3)", want: "ACCESS EXCLUSIVE on parted"},
		{sql: "INSERT INTO users (id) VALUES (1)", want: "ROW EXCLUSIVE on users"},
		{sql: "UPDATE ONLY users SET n = 2", want: "ROW EXCLUSIVE on users"},
		{sql: "-- all\nDELETE FROM users u", want: "ROW EXCLUSIVE on users"},
		// What the words do not tell, or takes no lock that anybody notices.
		{sql: "CREATE TABLE alone (id int)"},
		{sql: "CREATE TYPE mood AS ENUM ('DROP TABLE users')"},
		{sql: "DO $$ BEGIN DROP TABLE users; END $$", alone: true},
		{sql: "SELECT 'ALTER TABLE users'", alone: true},
		{sql: "COPY users TO STDOUT", alone: true},
		{sql: "VACUUM", alone: true},
		{sql: "", alone: true},
		{sql: "ALTER TABLE", alone: true},
		{sql: "CREATE INDEX", alone: true},
		{sql: "UPDATE", alone: true},
	}
	for _, tt := range tests {
		if got := postgres.WrittenLocks(tt.sql); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.sql, got, tt.want)
		}
	}
	for _, major := range majors(t) {
		t.Run(strconv.Itoa(major), func(t *testing.T) {
			url := dbtest.PostgresMajor(t, major)
			dbtest.Exec(t, url, writtenScene)
			s := newServer(t, url)
			for _, tt := range tests {
				if tt.alone || major < tt.since {
					continue
				}
				if diff := gocmp.Diff(said(tt.want), s.locksOf(t, tt.sql)); diff != "" {
					t.Errorf("%s (- said, + the server): %s", tt.sql, diff)
				}
			}
		})
	}
}

// said takes an answer apart: table → mode.
func said(text string) map[string]string {
	out := map[string]string{}
	for part := range strings.SplitSeq(text, " and ") {
		mode, tables, _ := strings.Cut(part, " on ")
		for table := range strings.SplitSeq(tables, ", ") {
			if index, ok := strings.CutPrefix(table, "the table of "); ok {
				table = cmp.Or(indexOwner[index], index)
			}
			if table != "" {
				out[strings.Trim(strings.TrimPrefix(table, "public."), `"`)] = mode
			}
		}
	}
	return out
}

// locksOf runs a statement, undoes it, and returns the strongest lock it took on
// each table, and each relation that is named, that was there before, but for those
// that keep nobody from anything.
func (s *server) locksOf(t *testing.T, sql string, names ...string) map[string]string {
	t.Helper()
	s.exec(t, "BEGIN")
	defer s.exec(t, "ROLLBACK")
	before := s.look(t)
	s.exec(t, sql)
	return byTable(observe.Between(before, s.look(t), nil, observe.About("", names)).Locks)
}

// byTable are locks as table → mode, without ROW SHARE.
func byTable(locks []observe.Lock) map[string]string {
	out := map[string]string{}
	for _, l := range locks {
		if l.Mode != "ROW SHARE" {
			out[l.Relation.Local] = l.Mode
		}
	}
	return out
}
