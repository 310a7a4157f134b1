package corpus

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/schema"
)

// A Scene is a random PostgreSQL database with everything in it: tables as
// Random makes them, and things that are told by statements of their own.
type Scene struct {
	Tables *schema.Database
	Things []Thing // each behind what it needs
}

// A Thing is made after the tables and whatever it needs. Most are objects, as
// schema.Object has them; some are parts of tables that use one: a column of a
// domain, a check that calls a function.
type Thing struct {
	Kind  string // as in schema.Object, or one of the Part kinds
	Name  schema.Name
	Table schema.Name // the relation it belongs to
	Args  string      // of a routine
	Gives string      // what others may rely on: "integer" of a domain, "integer→boolean" of a function
	Takes []string    // names that nothing else may have
	Needs []Need      // things it cannot be without
	Slots []Slot      // columns it names, of tables and of things
	Has   []Slot      // its own columns

	// SQL has a place for each choice, mark(0), mark(1), …; and inSchema(x) stands
	// for the schema that the extension x is in.
	SQL     string
	Choices [][]string
	Chosen  []int
}

// Kinds of things that are parts of tables.
const (
	PartColumn = "part: column"
	PartCheck  = "part: check"
	PartIndex  = "part: index"
)

// A Need is another thing by its key, which must still give the same.
type Need struct{ Key, Gives string }

// A Slot is a column of a relation and the class of its type: "integer",
// "text", "" for any. Without Column it is the relation as such; with Class
// "key", Column is the name of its primary key.
type Slot struct {
	Rel           schema.Name
	Column, Class string
}

// Key tells the thing from others.
func (t Thing) Key() string {
	return t.Kind + " " + t.Table.String() + " " + t.Name.String() + "(" + t.Args + ")"
}

// Object reports whether the thing is an object and no part of a table.
func (t Thing) Object() bool { return !strings.HasPrefix(t.Kind, "part: ") }

func mark(n int) string { return "⟦" + strconv.Itoa(n) + "⟧" }

func inSchema(extension string) string { return "⟦" + extension + "⟧" }

// choice adds a choice and returns the place for it.
func (t *Thing) choice(options ...string) string {
	t.Choices = append(t.Choices, options)
	return mark(len(t.Choices) - 1)
}

// Script is the statements that make the things with that property.
func (s *Scene) Script(of func(Thing) bool) string {
	var b strings.Builder
	for _, t := range s.Things {
		if of(t) {
			b.WriteString(s.text(t) + ";\n")
		}
	}
	return b.String()
}

func (s *Scene) text(t Thing) string {
	sql := t.SQL
	for i := range slices.Backward(t.Choices) { // a later one may hold an earlier one
		sql = strings.ReplaceAll(sql, mark(i), t.Choices[i][t.Chosen[i]])
	}
	for _, x := range s.Things {
		if x.Kind == schema.KindExtension {
			sql = strings.ReplaceAll(sql, inSchema(x.Name.Local), x.Choices[0][x.Chosen[0]])
		}
	}
	return strings.TrimSuffix(strings.TrimSpace(sql), ";")
}

// RandomScene returns a database that a server of o.Version accepts.
func RandomScene(r *rand.Rand, o Options) *Scene {
	if o.Tables == 0 {
		o.Tables = 4
	}
	s := director{generator: generator{r: r, o: o, d: dialect.Postgres(), db: Random(r, o)}}
	s.add(6 + r.IntN(18))
	return s.scene()
}

// EvolveScene returns a next version of a scene: one to six things come, go or
// change, and in half of the cases the tables do as Evolve has it.
func EvolveScene(r *rand.Rand, from *Scene, o Options) *Scene {
	if o.Tables == 0 {
		o.Tables = 4
	}
	s := director{generator: generator{r: r, o: o, d: dialect.Postgres(), db: schema.Clone(from.Tables)}}
	for _, t := range from.Things {
		t.Chosen = slices.Clone(t.Chosen)
		s.things = append(s.things, t)
	}
	if s.chance(40) {
		s.db = Evolve(r, s.db, o)
		s.prune()
	}
	for range 1 + r.IntN(6) {
		s.change()
	}
	return s.scene()
}

// A director makes things for the tables of its database.
type director struct {
	generator
	things []Thing
}

func (s *director) scene() *Scene { return &Scene{Tables: s.db, Things: s.ordered()} }

// add tries to make n things.
func (s *director) add(n int) {
	for range n {
		s.put(pick(&s.generator, makers), "")
	}
}

// put makes one thing, if what it takes is there. With name it gets that name
// and table where the maker can.
func (s *director) put(m maker, name string) {
	t := Thing{Kind: m.kind}
	if name == "" {
		name = pick(&s.generator, m.names)
	}
	if t.Name = s.name(name); !m.make(s, &t) || s.circle(t, t) {
		return
	}
	for _, c := range t.Choices {
		t.Chosen = append(t.Chosen, s.r.IntN(len(c)))
	}
	s.things = append(s.things, t)
	s.prune()
}

// circle reports whether what t uses, or what that uses in turn, uses target: one
// that is made anew may find something that was made of it.
func (s *director) circle(t, target Thing) bool {
	uses := func(a, b Thing) bool {
		return slices.ContainsFunc(a.Needs, func(n Need) bool { return n.Key == b.Key() }) ||
			schema.IsRelation(b.Kind) && slices.ContainsFunc(a.Slots, func(c Slot) bool { return c.Rel == b.Name })
	}
	return slices.ContainsFunc(s.things, func(o Thing) bool {
		return uses(t, o) && (uses(o, target) || s.circle(o, target))
	})
}

// change makes the scene another one.
func (s *director) change() {
	if len(s.things) == 0 {
		s.add(1)
		return
	}
	i := s.r.IntN(len(s.things))
	switch s.r.IntN(10) {
	case 0, 1, 2, 3: // one choice otherwise
		t := &s.things[i]
		if n := len(t.Choices); n > 0 {
			c := s.r.IntN(n)
			t.Chosen[c] = s.r.IntN(len(t.Choices[c]))
			s.prune()
		}
	case 4, 5: // made otherwise under the same name
		t := s.things[i]
		m := makers[slices.IndexFunc(makers, func(m maker) bool {
			return m.kind == t.Kind && (t.Kind == PartHeir || slices.Contains(m.names, t.Name.Local))
		})]
		s.things = slices.Delete(s.things, i, i+1)
		s.put(m, t.Name.Local)
		s.prune()
	case 6:
		s.things = slices.Delete(s.things, i, i+1)
		s.prune()
	case 7:
		s.retype()
	default:
		s.add(1)
	}
}

// retype gives a column that a thing names another type of its class.
func (s *director) retype() {
	others := map[string]string{"integer": "bigint", "bigint": "integer", "smallint": "integer", "text": "character varying(80)",
		"character varying(40)": "text", "character varying(80)": "text"}
	var slots []Slot
	for _, t := range s.things {
		slots = append(slots, t.Slots...)
	}
	if len(slots) == 0 {
		return
	}
	slot := pick(&s.generator, slots)
	t := s.db.Table(slot.Rel)
	if t == nil || t.Column(slot.Column) == nil || slot.Column == "id" || strings.HasPrefix(slot.Column, "ref_") {
		return
	}
	c := t.Column(slot.Column)
	if to := others[c.Type.Text]; to != "" && c.Generated == nil {
		*c = schema.Column{Name: c.Name, Type: schema.Type{Text: to}, NotNull: c.NotNull, Comment: c.Comment}
	}
	s.repair()
	s.prune()
}

// prune takes away what cannot be any more, and what has a name of something
// else.
func (s *director) prune() {
	for again := true; again; {
		again = false
		taken := s.taken()
		s.things = slices.DeleteFunc(s.things, func(t Thing) bool {
			bad := !s.stands(t) || slices.ContainsFunc(t.Takes, func(n string) bool { return taken[n] })
			for _, n := range t.Takes {
				taken[n] = true
			}
			again = again || bad
			return bad
		})
	}
}

// taken are the names that tables and what belongs to them have.
func (s *director) taken() map[string]bool {
	taken := map[string]bool{}
	for _, t := range s.db.Tables {
		taken[takesType(t.Name)], taken[takesRelation(t.Name)] = true, true
		for _, c := range t.Columns {
			taken[takesColumn(t.Name, c.Name)] = true
		}
	}
	for _, e := range s.db.Enums {
		taken[takesType(e.Name)] = true
	}
	return taken
}

func takesType(n schema.Name) string               { return "type " + n.String() }
func takesRelation(n schema.Name) string           { return "relation " + n.String() }
func takesColumn(n schema.Name, col string) string { return "column " + n.String() + " " + col }

// stands reports whether what the thing needs is there.
func (s *director) stands(t Thing) bool {
	if t.Name.Schema != "" && !slices.ContainsFunc(s.db.Schemas, func(n schema.Schema) bool { return n.Name == t.Name.Schema }) {
		return false
	}
	if t.Kind == schema.KindExtension && !slices.ContainsFunc(s.db.Schemas, func(n schema.Schema) bool { return n.Name == t.Choices[0][t.Chosen[0]] }) {
		return false
	}
	if t.Kind == PartHeir && s.unsettled(t.Table) {
		return false
	}
	return !slices.ContainsFunc(t.Slots, func(slot Slot) bool { return !s.has(slot) }) &&
		!slices.ContainsFunc(t.Needs, func(n Need) bool {
			return !slices.ContainsFunc(s.things, func(o Thing) bool { return o.Key() == n.Key && o.Gives == n.Gives })
		})
}

// has reports whether the column is there and of that class.
func (s *director) has(slot Slot) bool {
	if slot.Class == "enum" {
		return s.db.Enum(slot.Rel) != nil
	}
	if t := s.db.Table(slot.Rel); t != nil && slot.Class == "key" {
		return t.PrimaryKey != nil && t.PrimaryKey.Name == slot.Column && !t.PrimaryKey.Deferrable
	}
	if slot.Column == "" {
		return s.isTable(slot.Rel) || slices.ContainsFunc(s.things, func(t Thing) bool { return schema.IsRelation(t.Kind) && t.Name == slot.Rel })
	}
	return slices.ContainsFunc(s.columns(), func(c Slot) bool {
		return c.Rel == slot.Rel && c.Column == slot.Column && (slot.Class == "" || c.Class == slot.Class)
	})
}

// columns are all columns of all relations.
func (s *director) columns() []Slot {
	var list []Slot
	for _, t := range s.db.Tables {
		for _, c := range t.Columns {
			class := classOf(c.Type.Text)
			if c.Generated != nil && c.Generated.Virtual {
				class = "virtual" // takes no index, and no function of one's own
			}
			list = append(list, Slot{t.Name, c.Name, class})
		}
	}
	for _, t := range s.things {
		list = append(list, t.Has...)
	}
	own := len(list)
	for _, t := range s.things {
		for up := s.above(t.Name); t.Relation() && up != (schema.Name{}); up = s.above(up) {
			for _, c := range list[:own] {
				if c.Rel == up {
					list = append(list, Slot{t.Name, c.Column, c.Class})
				}
			}
		}
	}
	return list
}

// classOf is what expressions of this package can do with a type.
func classOf(typ string) string {
	switch typ {
	case "bigint", "integer", "smallint":
		return "integer"
	case "text", "character varying(40)", "character varying(80)":
		return "text"
	}
	return "other"
}

// ordered is the things, each behind those it needs.
func (s *director) ordered() []Thing {
	var list []Thing
	done := map[string]bool{}
	var visit func(t Thing)
	visit = func(t Thing) {
		if done[t.Key()] {
			return
		}
		done[t.Key()] = true
		for _, o := range s.things {
			if t.Relation() && !o.Relation() {
				continue
			}
			needed := o.Relation() && !t.Relation() || slices.ContainsFunc(t.Needs, func(n Need) bool { return n.Key == o.Key() }) ||
				slices.ContainsFunc(o.Has, func(h Slot) bool {
					return slices.ContainsFunc(t.Slots, func(n Slot) bool {
						return (n.Rel == h.Rel || s.family(n.Rel) == h.Rel) && (n.Column == h.Column || n.Column == "")
					})
				})
			if needed {
				visit(o)
			}
		}
		list = append(list, t)
	}
	for _, t := range s.things {
		visit(t)
	}
	return list
}
