package sqlite

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/diff"
	inspector "github.com/gen-migrate/gen/introspect/sqlite"
	"github.com/gen-migrate/gen/schema"
)

// Random databases: each is created from nothing, read back, led to another
// and back again. With rows a step may fail on them; then nothing of it has
// happened.
func TestRandom(t *testing.T) {
	seeds := 60
	if testing.Short() {
		seeds = 30
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			g := generator{rand.New(rand.NewPCG(uint64(seed), 7))}
			from := g.database()
			to := g.mutate(from)
			if seed%3 == 0 {
				to = g.database()
			}
			version := []int{newest, oldest}[seed%2]
			l := newLab(t)
			l.become(from, version)
			rows := seed%4 == 1
			if rows {
				l.fill(g, from)
			}
			have := l.inspect()
			renames := g.renames(from, to)
			p := l.planTo(have, diff.ApplyRenames(to, renames), renames)
			up := l.render(p, version)
			if err := l.run(up); err != nil {
				if rows && isAboutRows(err) {
					return
				}
				t.Fatalf("up: %v\n%s", err, script(up))
			}
			l.holds(p.To, "after up", up)
			down := l.render(p.Reverse(), version)
			if err := l.run(down); err != nil {
				if rows && isAboutRows(err) {
					return
				}
				t.Fatalf("down: %v\n%s", err, script(down))
			}
			l.holds(p.From, "after down", down)
		})
	}
}

// isAboutRows reports whether rows, and not the plan, made a step fail.
func isAboutRows(err error) bool {
	for _, text := range []string{"constraint failed", "foreign key check", "cannot store", "datatype mismatch"} {
		if strings.Contains(err.Error(), text) {
			return true
		}
	}
	return false
}

// become creates the database in an empty lab and reads it back.
func (l *lab) become(d *schema.Database, version int) {
	l.t.Helper()
	p := l.planTo(&schema.Database{}, d, diff.Renames{})
	s := l.render(p, version)
	if err := l.run(s); err != nil {
		l.t.Fatalf("creating: %v\n%s", err, script(s))
	}
	l.holds(p.To, "after creating", s)
}

func (l *lab) planTo(have, want *schema.Database, renames diff.Renames) diff.Plan {
	l.t.Helper()
	want, _, err := inspector.Canonical(context.Background(), want, diff.ApplyRenames(have, renames))
	if err != nil {
		l.t.Fatal(err)
	}
	p, err := diff.Diff(have, want, renames)
	if err != nil {
		var conflicts *diff.Conflicts
		if errors.As(err, &conflicts) {
			l.t.Skip(err)
		}
		l.t.Fatal(err)
	}
	return p
}

// fill inserts rows that the table takes.
func (l *lab) fill(g generator, d *schema.Database) {
	l.must("PRAGMA foreign_keys = OFF")
	for _, t := range d.Tables {
		var cols []string
		for _, c := range t.Columns {
			if c.Generated == nil {
				cols = append(cols, lite.Ident(c.Name))
			}
		}
		for i := range 3 {
			var values []string
			for range cols {
				values = append(values, g.pick(fmt.Sprint(i+1), "'x'", "2.5", "NULL", fmt.Sprint(i+2)))
			}
			l.exec("INSERT OR IGNORE INTO " + lite.Ident(t.Name.Local) + " (" + strings.Join(cols, ", ") + ") VALUES (" + strings.Join(values, ", ") + ")")
		}
	}
	for range 9 { // rows that refer to nothing go, and those that refer to them
		for _, t := range d.Tables {
			for _, fk := range t.ForeignKeys {
				l.must("DELETE FROM " + lite.Ident(t.Name.Local) + " WHERE " + lite.Ident(fk.Columns[0]) + " NOT IN (SELECT " +
					lite.Ident(fk.RefColumns[0]) + " FROM " + lite.Ident(fk.RefTable.Local) + " WHERE " + lite.Ident(fk.RefColumns[0]) + " IS NOT NULL)")
			}
		}
	}
	l.must("PRAGMA foreign_keys = ON")
	if bad := l.rows("PRAGMA foreign_key_check"); bad != "" {
		l.t.Fatal("the rows do not refer: " + bad)
	}
}

type generator struct{ *rand.Rand }

func (g generator) chance(percent int) bool    { return g.IntN(100) < percent }
func (g generator) pick(from ...string) string { return from[g.IntN(len(from))] }

func (g generator) database() *schema.Database {
	d := &schema.Database{}
	for _, n := range []string{"alpha", "Beta", "the gamma", "order", "δ"} {
		if g.chance(70) {
			d.Tables = append(d.Tables, g.table(n))
		}
	}
	for i := range d.Tables {
		g.references(d, &d.Tables[i])
	}
	return d
}

func (g generator) table(name string) schema.Table {
	t := schema.Table{Name: schema.Name{Local: name}, Strict: g.chance(20)}
	for _, c := range []string{"a", "B", "select", "d e", "f", "g"} {
		if len(t.Columns) == 0 || g.chance(75) {
			t.Columns = append(t.Columns, g.column(t.Strict, c))
		}
	}
	g.primaryKey(&t)
	if len(t.Columns) > 2 && g.chance(30) {
		c := &t.Columns[len(t.Columns)-1]
		if !slices.Contains(keyOf(&t), c.Name) {
			c.Default = ""
			c.Generated = &schema.Generated{Expr: lite.Ident(t.Columns[0].Name) + g.pick(" || 'x'", " + 1", " IS NULL"), Virtual: g.chance(50)}
		}
	}
	if g.chance(40) {
		t.Uniques = append(t.Uniques, schema.Unique{Name: g.pick("", name+"_u"), Columns: []string{g.any(&t)}})
	}
	if g.chance(20) && len(t.Columns) > 1 {
		t.Uniques = append(t.Uniques, schema.Unique{Name: name + "_key", Derived: true, Columns: []string{t.Columns[1].Name, t.Columns[0].Name}})
	}
	if g.chance(40) {
		t.Checks = append(t.Checks, schema.Check{Name: g.pick("", name+" c"), Expr: lite.Ident(g.any(&t)) + g.pick(" IS NOT 7", " <> 'q'", " not in (8,9)")})
	}
	if g.chance(30) {
		t.Checks = append(t.Checks, schema.Check{Name: name + "_check", Derived: true, Expr: "((" + lite.Ident(g.any(&t)) + " != -1) or coalesce(" + lite.Ident(g.any(&t)) + ", 1)!=0)"})
	}
	for i := range g.IntN(3) {
		t.Indexes = append(t.Indexes, g.index(&t, fmt.Sprintf("%s i%d", name, i)))
	}
	return t
}

func keyOf(t *schema.Table) []string {
	if t.PrimaryKey == nil {
		return nil
	}
	return t.PrimaryKey.Columns
}

func (g generator) any(t *schema.Table) string { return t.Columns[g.IntN(len(t.Columns))].Name }

func (g generator) column(strict bool, name string) schema.Column {
	c := schema.Column{Name: name, NotNull: g.chance(30)}
	c.Type.Text = g.pick("integer", "text", "real", "blob", "any")
	if !strict {
		c.Type.Text = g.pick("integer", "text", "varchar(20)", "DECIMAL(10, 2)", "", "timestamp")
	}
	if g.chance(40) {
		c.Default = g.pick("1", "-2.5", "'it''s'", "CURRENT_TIMESTAMP", "(1 + 2)", "NULL", "true", "x'00'")
	}
	if g.chance(20) {
		c.Collation.Local = g.pick("nocase", "RTRIM", "binary")
	}
	return c
}

func (g generator) primaryKey(t *schema.Table) {
	switch g.IntN(4) {
	case 0:
	case 1:
		c := &t.Columns[0]
		*c = schema.Column{Name: c.Name, Type: schema.Type{Text: "integer"}, Autoincrement: g.chance(50)}
		t.PrimaryKey = &schema.PrimaryKey{Name: g.pick("", "pk"), Columns: []string{c.Name}}
	case 2:
		t.PrimaryKey = &schema.PrimaryKey{Columns: []string{g.any(t)}}
		t.WithoutRowid = g.chance(50)
	case 3:
		if len(t.Columns) > 1 {
			t.PrimaryKey = &schema.PrimaryKey{Name: "x", Derived: true, Columns: []string{t.Columns[1].Name, t.Columns[0].Name}}
			t.WithoutRowid = g.chance(50)
		}
	}
}

func (g generator) index(t *schema.Table, name string) schema.Index {
	x := schema.Index{Name: name, Unique: g.chance(30)}
	k := schema.IndexKey{Column: g.any(t)}
	if g.chance(30) {
		k = schema.IndexKey{Expr: g.pick("lower(", "(") + lite.Ident(g.any(t)) + ")"}
	}
	if g.chance(30) {
		k.Desc, k.NullsFirst = true, true
	}
	if g.chance(20) {
		k.Collation.Local = "NOCASE"
	}
	x.Keys = append(x.Keys, k)
	if g.chance(30) {
		x.Where = lite.Ident(g.any(t)) + g.pick(" notnull", " > 3")
	}
	return x
}

// references gives a table foreign keys to single-column keys.
func (g generator) references(d *schema.Database, t *schema.Table) {
	for i := range d.Tables {
		ref := &d.Tables[i]
		var key []string
		if k := keyOf(ref); len(k) == 1 {
			key = k
		} else if len(ref.Uniques) > 0 && len(ref.Uniques[0].Columns) == 1 {
			key = ref.Uniques[0].Columns
		}
		if key == nil || !g.chance(25) {
			continue
		}
		from := t.Columns[g.IntN(len(t.Columns))]
		if from.Generated != nil {
			continue
		}
		t.ForeignKeys = append(t.ForeignKeys, schema.ForeignKey{Name: g.pick("", "fk "+ref.Name.Local), Columns: []string{from.Name}, RefTable: ref.Name, RefColumns: key,
			OnDelete: schema.Action(g.pick("", "CASCADE", "RESTRICT")), Deferrable: g.chance(20)})
	}
}

// renames are some of what both databases have.
func (g generator) renames(from, to *schema.Database) diff.Renames {
	var r diff.Renames
	for i, t := range from.Tables {
		if to.Table(t.Name) == nil {
			continue
		}
		name := t.Name
		if g.chance(20) {
			name = schema.Name{Local: fmt.Sprintf("moved %d", i)}
			r.Tables = append(r.Tables, diff.TableRename{From: t.Name, To: name})
		}
		if c := g.any(&t); g.chance(30) && to.Table(t.Name).Column(c) != nil && !cannotRename(&t, c) && !cannotRename(to.Table(t.Name), c) {
			r.Columns = append(r.Columns, diff.ColumnRename{Table: name, From: c, To: "renamed"})
		}
	}
	return r
}

// mutate returns a copy with a few small changes.
func (g generator) mutate(d *schema.Database) *schema.Database {
	d = schema.Clone(d)
	for range 1 + g.IntN(4) {
		if len(d.Tables) == 0 {
			return d
		}
		t := &d.Tables[g.IntN(len(d.Tables))]
		c := &t.Columns[g.IntN(len(t.Columns))]
		inUse := t.PrimaryKey != nil && slices.Contains(t.PrimaryKey.Columns, c.Name) || c.Generated != nil
		switch g.IntN(8) {
		case 0:
			if t.Column("new") == nil {
				n := g.column(t.Strict, "new")
				t.Columns = append(t.Columns, n)
				if g.chance(50) {
					t.Checks = append(t.Checks, schema.Check{Expr: "new <> 77"})
				}
			}
		case 1:
			if !inUse {
				c.NotNull = !c.NotNull
			}
		case 2:
			if !inUse {
				c.Default = g.pick("", "5", "'z'")
			}
		case 3:
			t.Checks = append(t.Checks, schema.Check{Name: fmt.Sprintf("extra%d", len(t.Checks)), Expr: lite.Ident(c.Name) + " <> 99"})
		case 4:
			if len(t.Checks) > 0 {
				t.Checks = t.Checks[1:]
			}
		case 5:
			if len(t.Indexes) > 0 {
				t.Indexes = t.Indexes[1:]
			}
		case 6:
			t.ForeignKeys = nil
		case 7:
			g.dropColumn(t)
		}
	}
	return d
}

// dropColumn drops a column that nothing uses.
func (g generator) dropColumn(t *schema.Table) {
	i := g.IntN(len(t.Columns))
	if name := t.Columns[i].Name; canDrop(t, name) && i != 0 {
		t.Columns = slices.Delete(t.Columns, i, i+1)
	}
}
