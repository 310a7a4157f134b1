package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/introspect"
	inspector "github.com/gen-migrate/gen/introspect/sqlite"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// newest is the version of the linked library, as far as it matters here.
const newest = alterConstraints

// A lab is a database file with one connection, foreign keys on.
type lab struct {
	t    testing.TB
	conn *sql.Conn
}

func newLab(t testing.TB, script ...string) *lab {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(); db.Close() })
	l := &lab{t, conn}
	l.must("PRAGMA synchronous = OFF")
	l.must("PRAGMA journal_mode = MEMORY")
	l.must("PRAGMA foreign_keys = ON")
	for _, s := range script {
		l.must(s)
	}
	return l
}

func (l *lab) exec(sql string) error {
	_, err := l.conn.ExecContext(context.Background(), sql)
	if err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}

func (l *lab) must(sql string) {
	l.t.Helper()
	if err := l.exec(sql); err != nil {
		l.t.Fatal(err)
	}
}

// rows returns the answer of a query, columns joined by "|" and rows by "; ".
func (l *lab) rows(query string) string {
	l.t.Helper()
	rows, err := l.conn.QueryContext(context.Background(), query)
	if err != nil {
		l.t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	cols, _ := rows.Columns()
	var out []string
	for rows.Next() {
		values, into := make([]sql.NullString, len(cols)), make([]any, len(cols))
		for i := range into {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			l.t.Fatal(err)
		}
		var fields []string
		for _, v := range values {
			if !v.Valid {
				v.String = "NULL"
			}
			fields = append(fields, v.String)
		}
		out = append(out, strings.Join(fields, "|"))
	}
	if err := rows.Err(); err != nil {
		l.t.Fatalf("%s: %v", query, err)
	}
	return strings.Join(out, "; ")
}

func (l *lab) inspect() *schema.Database {
	l.t.Helper()
	d, _, err := inspector.Inspect(context.Background(), l.conn, introspect.Options{})
	if err != nil {
		l.t.Fatal(err)
	}
	return d
}

// run executes statements as the runner does: neighbours in one transaction,
// those of a rebuild with foreign keys off and checked before the commit.
func (l *lab) run(statements []render.Statement) error {
	for len(statements) > 0 {
		n := 1
		for n < len(statements) && statements[n].Rebuild == statements[0].Rebuild {
			n++
		}
		if err := l.step(statements[:n]); err != nil {
			return err
		}
		statements = statements[n:]
	}
	return nil
}

func (l *lab) step(statements []render.Statement) error {
	if statements[0].Rebuild {
		l.must("PRAGMA foreign_keys = OFF")
		l.must("PRAGMA legacy_alter_table = ON")
		defer l.must("PRAGMA foreign_keys = ON")
		defer l.must("PRAGMA legacy_alter_table = OFF")
	}
	l.must("BEGIN IMMEDIATE")
	for _, s := range statements {
		if err := l.exec(s.SQL); err != nil {
			l.must("ROLLBACK")
			return err
		}
	}
	if bad := l.rows("PRAGMA foreign_key_check"); bad != "" {
		l.must("ROLLBACK")
		return errors.New("foreign key check: " + bad)
	}
	l.must("COMMIT")
	return nil
}

// plan is what leads from the lab's database to the one the script makes.
func (l *lab) plan(r diff.Renames, to ...string) diff.Plan {
	l.t.Helper()
	want := newLab(l.t, to...).inspect()
	want.Unmanaged = nil
	have := l.inspect()
	want, _, err := inspector.Canonical(context.Background(), want, diff.ApplyRenames(have, r))
	if err != nil {
		l.t.Fatal(err)
	}
	p, err := diff.Diff(have, want, r)
	if err != nil {
		l.t.Fatal(err)
	}
	return p
}

func (l *lab) render(p diff.Plan, version int) []render.Statement {
	l.t.Helper()
	s, err := Render(p, render.Options{ServerVersion: version})
	if err != nil {
		l.t.Fatal(err)
	}
	return s
}

// holds fails the test if the database is not as it should be: the order of
// columns and the text of unmanaged objects are no difference.
func (l *lab) holds(want schema.Database, when string, ran []render.Statement) {
	l.t.Helper()
	got := l.inspect()
	if d := gocmp.Diff(plain(&want), plain(got), cmpopts.EquateEmpty()); d != "" {
		l.t.Fatalf("%s: -want +got:\n%s\n%s", when, d, script(ran))
	}
}

func plain(d *schema.Database) *schema.Database {
	d = schema.Clone(d)
	for i := range d.Tables {
		t := &d.Tables[i]
		slices.SortFunc(t.Columns, func(a, b schema.Column) int { return cmp.Compare(a.Name, b.Name) })
		if t.PrimaryKey != nil {
			t.PrimaryKey.Name, t.PrimaryKey.Derived = nameOf(*t.PrimaryKey), false
		}
		for j := range t.Uniques {
			t.Uniques[j].Name, t.Uniques[j].Derived = nameOf(t.Uniques[j]), false
		}
		for j := range t.Checks {
			t.Checks[j].Name, t.Checks[j].Derived = nameOf(t.Checks[j]), false
		}
		for j := range t.ForeignKeys {
			t.ForeignKeys[j].Name, t.ForeignKeys[j].Derived = nameOf(t.ForeignKeys[j]), false
		}
	}
	for i := range d.Unmanaged {
		d.Unmanaged[i].SQL = ""
	}
	d.Sort()
	return d
}

func script(statements []render.Statement) string {
	var b strings.Builder
	for _, s := range statements {
		if s.Rebuild {
			b.WriteString("/* fk off */ ")
		}
		b.WriteString(s.SQL + ";\n")
	}
	return b.String()
}

// forthAndBack runs a plan and its reverse and looks at the schema after both.
func (l *lab) forthAndBack(p diff.Plan, version int, between func()) {
	l.t.Helper()
	up := l.render(p, version)
	if err := l.run(up); err != nil {
		l.t.Fatalf("up: %v\n%s", err, script(up))
	}
	l.holds(p.To, "after up", up)
	if between != nil {
		between()
	}
	down := l.render(p.Reverse(), version)
	if err := l.run(down); err != nil {
		l.t.Fatalf("down: %v\n%s", err, script(down))
	}
	l.holds(p.From, "after down", down)
}
