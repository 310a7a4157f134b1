package postgres_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/internal/observe"
	"github.com/gen-migrate/gen/introspect"
	read "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/render/postgres"
	"github.com/gen-migrate/gen/schema"
)

// A kind is a kind of change to a PostgreSQL database that differs from others in its
// locks, rewrites or scans. base makes what it works on, in a schema of its own. to,
// carried out on that, is what gen plans from there; the statements of the plan are
// the ones measured, with their rewrites and scans. written is the statement of a
// kind that gen does not write: of it the locks are told, by its words alone.
type kind struct {
	section string // of the list of kinds: 1.1 columns … 1.8 outside transactions
	name    string
	base    string
	to      string
	written string
	schema  string
	untold  []string // tables it locks that its words do not tell
	since   int      // major; 0: 13
	query   bool     // what is read is up to the plan of a query
	online  bool     // in steps that keep nobody waiting
	renames diff.Renames
}

// A tally counts the statements of a section.
type tally struct{ kinds, statements, equal int }

// TestKindsOfChanges is law 6 for every kind of change there is: each statement is run
// and undone, or watched from another session where the server refuses it in a
// transaction, and must do what is said of it. -v prints how many of each section are
// equal.
func TestKindsOfChanges(t *testing.T) {
	for _, major := range majors(t) {
		t.Run(fmt.Sprintf("PostgreSQL %d", major), func(t *testing.T) {
			counts := map[string]*tally{}
			b := newBench(t, major)
			for _, k := range b.kinds {
				n := counts[k.section]
				if n == nil {
					n = &tally{}
					counts[k.section] = n
				}
				n.kinds++
				t.Run(k.section+" "+k.name, func(t *testing.T) {
					defer b.exec(t, "ROLLBACK; RESET ALL") // also of one that failed
					if k.written != "" {
						b.measureWritten(t, k, n)
					} else {
						b.measurePlanned(t, k, n)
					}
				})
			}
			all := tally{}
			for _, section := range slices.Sorted(maps.Keys(counts)) {
				n := counts[section]
				t.Logf("PostgreSQL %d  %s  %3d kinds  %3d statements  %3d equal", major, section, n.kinds, n.statements, n.equal)
				all.kinds, all.statements, all.equal = all.kinds+n.kinds, all.statements+n.statements, all.equal+n.equal
			}
			t.Logf("PostgreSQL %d  all  %3d kinds  %3d statements  %3d equal", major, all.kinds, all.statements, all.equal)
		})
	}
}

// A bench is a database with a schema for each kind, with its base in it, and what
// was read of it and of one that has what each kind makes of its base.
type bench struct {
	*server
	kinds      []kind // that the major has
	have, want *schema.Database
	version    int
}

func newBench(t *testing.T, major int) *bench {
	t.Helper()
	b := &bench{server: newServer(t, dbtest.PostgresMajor(t, major))}
	wanted := newServer(t, dbtest.PostgresMajor(t, major))
	var schemas []string
	for i, k := range kinds() {
		if major < k.since {
			continue
		}
		k.schema = fmt.Sprintf("kind%d", i)
		b.kinds, schemas = append(b.kinds, k), append(schemas, k.schema)
		begin := "CREATE SCHEMA " + k.schema + "; SET search_path = " + k.schema + ", public;\n"
		b.exec(t, begin+k.base)
		if k.written == "" {
			wanted.exec(t, begin+k.base)
			wanted.exec(t, k.to)
		}
	}
	b.exec(t, "RESET search_path")
	b.have, b.version = b.allOf(t, schemas)
	b.want, _ = wanted.allOf(t, schemas)
	return b
}

// allOf reads schemas with all that is in them.
func (s *server) allOf(t *testing.T, schemas []string) (*schema.Database, int) {
	t.Helper()
	db, info, err := read.Inspect(context.Background(), s.conn, introspect.Options{Schemas: schemas, Objects: true})
	if err != nil {
		t.Fatal(err)
	}
	return db, info.ServerVersion
}

// part is what of a database is in one schema.
func part(db *schema.Database, name string) *schema.Database {
	in := func(n schema.Name) bool { return n.Schema == name }
	d := &schema.Database{Schemas: []schema.Schema{{Name: name}}}
	for _, e := range db.Enums {
		if in(e.Name) {
			d.Enums = append(d.Enums, e)
		}
	}
	for _, q := range db.Sequences {
		if in(q.Name) {
			d.Sequences = append(d.Sequences, q)
		}
	}
	for _, t := range db.Tables {
		if in(t.Name) {
			d.Tables = append(d.Tables, t)
		}
	}
	for _, o := range db.Objects {
		if in(o.Name) || in(o.Table) {
			d.Objects = append(d.Objects, o)
		}
	}
	for _, o := range db.Unmanaged {
		if in(o.Name) || in(o.Table) {
			d.Unmanaged = append(d.Unmanaged, o)
		}
	}
	return d
}

// measurePlanned measures the statements that lead from base to what to makes of it.
func (b *bench) measurePlanned(t *testing.T, k kind, n *tally) {
	t.Helper()
	renames := diff.Renames{}
	for _, r := range k.renames.Tables {
		r.From.Schema, r.To.Schema = k.schema, k.schema
		renames.Tables = append(renames.Tables, r)
	}
	for _, r := range k.renames.Columns {
		r.Table.Schema = k.schema
		renames.Columns = append(renames.Columns, r)
	}
	plan, err := diff.Diff(part(b.have, k.schema), part(b.want, k.schema), renames)
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Changes) == 0 {
		t.Fatal("there is no difference")
	}
	statements, err := postgres.Render(plan, render.Options{ServerVersion: b.version, Online: k.online})
	if err != nil {
		t.Fatal(err)
	}
	existing := b.look(t)
	for i := range statements {
		statements[i].SQL = strings.Replace(statements[i].SQL, "SET LOCAL", "SET", 1)
		statements[i].Scans = statements[i].Scans || k.query && strings.HasPrefix(statements[i].SQL, "CREATE")
		n.statements++
		failed := t.Failed()
		if statements[i].Tx == render.NoTx {
			b.watched(t, statements[i], existing)
		} else {
			b.exec(t, "BEGIN")
			b.measured(t, statements, i, existing)
			b.exec(t, "COMMIT")
		}
		if t.Failed() == failed {
			n.equal++
		}
	}
}

// watched is measured for a statement that the server refuses in a transaction:
// another session sees its locks while a third one is in its way.
func (s *server) watched(t *testing.T, st render.Statement, existing observe.Facts) {
	t.Helper()
	told := map[string]string{}
	var inTheWay []string
	for _, l := range st.Locks {
		if l.Mode != "ROW SHARE" {
			told[l.Relation.Local] = l.Mode
		}
		inTheWay = append(inTheWay, "LOCK TABLE ONLY "+l.Relation.String()+" IN ROW EXCLUSIVE MODE")
	}
	before := s.look(t)
	saw := s.behind(t, st.SQL, inTheWay...)
	if d := cmp.Diff(told, saw); d != "" {
		t.Errorf("locks (- said, + the server): %s\n%s", d, st.SQL)
	}
	if seen := observe.Between(before, s.look(t), existing, observe.About(st.SQL, nil)); seen.Rewrites != st.Rewrites {
		t.Errorf("rewrites: said %t, the server did %t\n%s", st.Rewrites, seen.Rewrites, st.SQL)
	}
}

// measureWritten measures the locks of a statement as WrittenLocks tells them.
func (b *bench) measureWritten(t *testing.T, k kind, n *tally) {
	t.Helper()
	b.exec(t, "SET search_path = "+k.schema)
	n.statements++
	told := b.toldLocks(t, k.written)
	var saw map[string]string
	if outsideTransactions(k.written) {
		var inTheWay []string
		for table := range told {
			inTheWay = append(inTheWay, "LOCK TABLE ONLY "+k.schema+"."+table+" IN ROW EXCLUSIVE MODE")
		}
		slices.Sort(inTheWay)
		saw = b.behind(t, k.written, inTheWay...)
	} else {
		var names []string
		for relation := range told {
			names = append(names, k.schema+"."+relation)
		}
		saw = b.locksOf(t, k.written, names...)
	}
	for _, table := range k.untold {
		delete(saw, table)
	}
	if d := cmp.Diff(told, saw); d != "" {
		t.Errorf("(- said, + the server): %s\n%s", d, k.written)
		return
	}
	n.equal++
}

// toldLocks is what WrittenLocks says: relation → mode.
func (s *server) toldLocks(t *testing.T, sql string) map[string]string {
	t.Helper()
	text := postgres.WrittenLocks(sql)
	told := said(text)
	if !strings.Contains(text, "the table of ") {
		return told
	}
	for index, mode := range told {
		var table string
		if err := s.conn.QueryRow(context.Background(), "SELECT indrelid::regclass::text FROM pg_index WHERE indexrelid = to_regclass($1)", index).Scan(&table); err != nil {
			t.Fatalf("%s: %v", index, err)
		}
		delete(told, index)
		told[table] = mode
	}
	return told
}

// behind runs a statement while others are in its way, and returns the strongest lock
// on each table that it has or waits for.
func (s *server) behind(t *testing.T, sql string, inTheWay ...string) map[string]string {
	t.Helper()
	watch, err := observe.Behind(context.Background(), s.pool, int(s.conn.PgConn().PID()), inTheWay...)
	if err != nil {
		t.Fatal(err)
	}
	s.exec(t, sql)
	locks, waited, err := watch.End()
	if err != nil {
		t.Fatal(err)
	}
	if !waited {
		t.Errorf("%s does not wait for %s", sql, inTheWay)
	}
	return byTable(locks)
}

// outsideTransactions tells the forms that the server refuses in one.
func outsideTransactions(sql string) bool {
	return strings.Contains(sql, "CONCURRENTLY") && !strings.HasPrefix(sql, "REFRESH") || strings.HasPrefix(sql, "VACUUM")
}
