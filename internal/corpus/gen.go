package corpus

import (
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/schema"
)

// Options say what a random database may hold.
type Options struct {
	SQLite  bool // for SQLite; otherwise for PostgreSQL
	Tables  int  // at most so many tables; 0: eight
	Version int  // of PostgreSQL, its first number: 13 to 18; 0: the oldest
}

// Random returns a valid database in canonical form. Positions and hints are
// empty, names that follow PostgreSQL's naming rule are marked as derived in
// no object: the result is what a catalog would give.
func Random(r *rand.Rand, o Options) *schema.Database {
	g := generator{r: r, o: o, d: dialect.Postgres(), db: &schema.Database{}}
	if o.SQLite {
		g.d = dialect.SQLite()
	}
	g.namespaces()
	g.enums()
	g.sequences()
	g.tables()
	g.foreignKeys()
	g.owners()
	g.repair()
	return g.db
}

// tableNames are few, so that two random databases have tables in common.
var tableNames = []string{"users", "orders", "items", "tags", "Group", "order", "audit log", "städte", "notes", "prices", "visits", "x"}

var enumLabels = []string{"new", "open", "done", "it's", "void"}

type generator struct {
	r  *rand.Rand
	o  Options
	d  dialect.Dialect
	db *schema.Database
}

// chance is true in p of 100 cases.
func (g *generator) chance(p int) bool { return g.r.IntN(100) < p }

func pick[T any](g *generator, list []T) T { return list[g.r.IntN(len(list))] }

// some is a random choice of the list, in its order.
func some[T any](g *generator, list []T, p int) []T {
	var chosen []T
	for _, v := range list {
		if g.chance(p) {
			chosen = append(chosen, v)
		}
	}
	return chosen
}

func (g *generator) comment() string {
	if g.o.SQLite || !g.chance(15) {
		return ""
	}
	return pick(g, []string{"who pays", "it's here", "two\nlines", "größe"})
}

// name is in public, or sometimes in another schema.
func (g *generator) name(local string) schema.Name {
	if g.o.SQLite {
		return schema.Name{Local: local}
	}
	return schema.Name{Schema: pick(g, g.db.Schemas).Name, Local: local}
}

func (g *generator) namespaces() {
	if g.o.SQLite {
		return
	}
	g.db.Schemas = []schema.Schema{{Name: "public"}}
	if g.chance(60) {
		g.db.Schemas = append(g.db.Schemas, schema.Schema{Name: "app", Comment: g.comment()})
	}
}

func (g *generator) enums() {
	if g.o.SQLite {
		return
	}
	for _, local := range some(g, []string{"mood", "Status", "kind"}, 60) {
		labels := some(g, enumLabels, 70)
		if len(labels) == 0 {
			labels = enumLabels[:1]
		}
		g.db.Enums = append(g.db.Enums, schema.Enum{Name: g.name(local), Values: labels, Comment: g.comment()})
	}
}

func (g *generator) sequences() {
	if g.o.SQLite {
		return
	}
	for _, local := range some(g, []string{"numbers", "Serial No", "ticket_seq"}, 40) {
		g.db.Sequences = append(g.db.Sequences, schema.Sequence{
			Name: g.name(local), Options: g.sequenceOptions("bigint"), Comment: g.comment(),
			Unlogged: g.o.Version >= 15 && g.chance(10),
		})
	}
}

// sequenceOptions are canonical: every one is there.
func (g *generator) sequenceOptions(typ string) schema.SequenceOptions {
	most := map[string]int64{"smallint": 1<<15 - 1, "integer": 1<<31 - 1, "bigint": 1<<63 - 1}[typ]
	n := func(v int64) *int64 { return &v }
	o := schema.SequenceOptions{Type: typ, Start: n(1), Increment: n(1), Min: n(1), Max: n(most), Cache: n(1)}
	if g.chance(40) {
		o.Start, o.Increment = n(100), n(5)
	}
	if g.chance(10) {
		o.Cache, o.Cycle = n(20), true
	}
	return o
}

func (g *generator) tables() {
	most := g.o.Tables
	if most == 0 {
		most = 8
	}
	var used []schema.Name
	for i := range most {
		local := pick(g, tableNames)
		if i >= len(tableNames) {
			local += "_" + strconv.Itoa(i)
		}
		n := g.name(local)
		if !slices.Contains(used, n) {
			used = append(used, n)
			g.db.Tables = append(g.db.Tables, g.table(n))
		}
	}
}

func (g *generator) table(n schema.Name) schema.Table {
	t := schema.Table{Name: n, Comment: g.comment()}
	if g.o.SQLite {
		t.Strict = g.chance(20)
	} else if g.chance(15) {
		t.Options = []schema.Option{{Name: "fillfactor", Value: pick(g, []string{"70", "90"})}}
	}
	g.columns(&t)
	g.primaryKey(&t)
	g.uniques(&t)
	g.checks(&t)
	g.indexes(&t)
	return t
}

// key names a constraint: by PostgreSQL's own rule, by choice, or in SQLite
// not at all.
func (g *generator) key(t *schema.Table, columns, label, chosen string) string {
	switch {
	case g.chance(40):
		return t.Name.Local + " " + columns + " " + chosen
	case g.o.SQLite:
		return ""
	}
	return g.d.DerivedName(t.Name.Local, columns, label)
}

// owners gives some sequences to columns that use them.
func (g *generator) owners() {
	for i := range g.db.Sequences {
		s := &g.db.Sequences[i]
		for _, t := range g.db.Tables {
			for _, c := range t.Columns {
				// An owner must be in the sequence's schema (PostgreSQL).
				if custom(*s) && t.Name.Schema == s.Name.Schema && c.Default == g.nextval(s.Name) && g.chance(60) {
					s.OwnedBy = schema.ColumnRef{Table: t.Name, Column: c.Name}
				}
			}
		}
	}
}

// custom reports whether the sequence has options of its own. One without, and
// owned by the column that draws from it, is what makes a column serial.
func custom(s schema.Sequence) bool { return *s.Options.Increment != 1 || s.Options.Cycle }

// nextval is the default that draws from a sequence, as PostgreSQL prints it.
func (g *generator) nextval(n schema.Name) string {
	return "nextval(" + g.d.Literal(g.d.QName(n)) + "::regclass)"
}
