package modelscan

import (
	"go/ast"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/schema"
)

// A pendingRef is a foreign key whose target is still a word.
type pendingRef struct {
	schema.ForeignKey
	to    []ident // the table or Go type; in a tag with the column or field
	raw   text    // as written
	inTag bool
	cols  []ident // the columns of a directive
	use   *fieldUse
	sym   string
}

// actions are the words of ON DELETE and ON UPDATE.
var actions = map[string]schema.Action{
	"no action":   schema.NoAction,
	"restrict":    schema.Restrict,
	"cascade":     schema.Cascade,
	"set null":    schema.SetNull,
	"set default": schema.SetDefault,
}

// refsOfTags reads ref and the keys around it.
func (s *scanner) refsOfTags(def *tableDef) {
	for _, c := range def.cols {
		for i, it := range c.items {
			if it.key == "ref" {
				s.refItem(def, c, i, it)
			}
		}
	}
}

func (s *scanner) refItem(def *tableDef, c *column, i int, it item) {
	if it.value.s == "" {
		s.failAt(c, it.end, "write ref:table.column or ref:GoType", "key ref needs a value")
		return
	}
	sp := newSQLParser(it.value, func(n string) string { return n })
	r := &pendingRef{raw: it.value, inTag: true, use: c.use, sym: c.sym()}
	r.to = sp.qualified("the table")
	sp.end()
	if sp.bad != nil {
		s.failAt(c, sp.bad.pos, "write ref:table.column or ref:GoType", "ref: %s", sp.bad.what)
		return
	}
	r.Pos, r.Derived, r.Columns = s.at(c, it), true, []string{c.Name}
	for _, m := range s.modifiers(c, i) {
		switch m.key {
		case "deferrable":
			r.Deferrable = true
		case "deferred":
			r.Deferrable, r.Deferred = true, true
		default:
			s.failAt(c, m.pos, "", "unknown option %s of ref", m.key)
		}
	}
	for _, other := range c.items {
		s.refKey(c, other, r)
	}
	def.refs = append(def.refs, r)
}

func (s *scanner) refKey(c *column, it item, r *pendingRef) {
	switch it.key {
	case "ondelete", "onupdate":
		word := strings.ToLower(strings.Join(strings.Fields(it.value.s), " "))
		action, ok := actions[word]
		if !ok {
			s.failAt(c, it.value.pos(), didYouMean(word, actionWords(), "actions are "+strings.Join(actionWords(), ", ")), "unknown action %q", it.value.s)
		}
		if it.key == "ondelete" {
			r.OnDelete = action
		} else {
			r.OnUpdate = action
		}
	case "match":
		switch word := s.word(c, it, "full", "simple"); {
		case word == "full" && s.sqlite():
			s.cannot(c, it, "does not enforce match full")
		case word == "full":
			r.MatchFull = true
		}
	case "notvalid":
		if s.sqlite() {
			s.cannot(c, it, "has no constraints that are not valid")
		}
		r.NotValid = true
	case "fkname":
		r.Name, r.Derived = s.cut(it.value.s), false
	}
}

func actionWords() []string {
	return []string{"cascade", "no action", "restrict", "set default", "set null"}
}

// fkDirective reads [name] (a, b) references t [(x, y)] and what follows.
func (s *scanner) fkDirective(def *tableDef, d directive, sp *sqlParser) {
	r := &pendingRef{sym: def.decl.name}
	r.Name, r.Pos = s.optionalName(sp), s.directiveAt(def, d)
	r.Derived = r.Name == ""
	r.Columns, r.Period = s.timeList(def, d, sp, "period")
	if !sp.accept("references") {
		sp.fail("references is missing")
	}
	from := sp.peek().i
	r.to = sp.qualified("the table")
	r.raw = sp.t.sub(min(from, len(sp.t.s)), max(from, sp.peek().i)).trim()
	if sp.isPunct("(") {
		ids, bad := columns(sp.parens("the list of columns"), s.fold)
		if sp.bad == nil {
			sp.bad = bad
		}
		r.cols = ids
		if s.overTime(r.sym, "references "+r.raw.s, ids, "period") != r.Period && sp.bad == nil {
			s.fail(r.raw.pos(), r.sym, "write (a, period b) on both sides, or on none", "directive //gen:fk: one side has a period and the other has none")
		}
	}
	for !sp.done() {
		s.fkTail(def, d, sp, r)
	}
	if !s.badDirective(def, d, sp) && len(r.Columns) > 0 {
		def.refs = append(def.refs, r)
	}
}

func (s *scanner) fkTail(def *tableDef, d directive, sp *sqlParser, r *pendingRef) {
	switch {
	case sp.isWord("match"):
		sp.accept("match")
		switch {
		case sp.accept("full"):
			r.MatchFull = true
			s.sqliteLacks(def, d, "does not enforce match full")
		case !sp.accept("simple"):
			sp.fail("match is full or simple")
		}
	case sp.accept("on", "delete"):
		r.OnDelete = sp.action()
		if sp.isPunct("(") {
			if r.OnDelete != schema.SetNull && r.OnDelete != schema.SetDefault {
				sp.fail("columns can only follow set null and set default")
				return
			}
			r.SetColumns = s.columnList(def, d, sp)
			s.sqliteLacks(def, d, "has no list of columns after set null")
		}
	case sp.accept("on", "update"):
		r.OnUpdate = sp.action()
	case sp.isWord("deferrable"), sp.isWord("initially"), sp.isWord("not", "deferrable"):
		r.Deferrable, r.Deferred = sp.deferral()
	case sp.accept("not", "valid"):
		r.NotValid = true
		s.sqliteLacks(def, d, "has no constraints that are not valid")
	case sp.accept("not", "enforced"):
		r.NotEnforced = true
		s.sqliteLacks(def, d, "has no constraints that are not enforced")
	default:
		sp.end()
	}
}

// action reads the action of ON DELETE or ON UPDATE.
func (p *sqlParser) action() schema.Action {
	for words, a := range map[string]schema.Action{
		"no action": schema.NoAction, "restrict": schema.Restrict, "cascade": schema.Cascade, "set null": schema.SetNull, "set default": schema.SetDefault,
	} {
		if p.accept(strings.Fields(words)...) {
			return a
		}
	}
	p.fail("an action is missing: " + strings.Join(actionWords(), ", "))
	return schema.NoAction
}

// resolveRef finds table and columns of a reference.
func (s *scanner) resolveRef(def *tableDef, r *pendingRef) {
	target, rest, ok := s.refTarget(def, r)
	if !ok {
		return
	}
	r.RefTable = target.Name
	switch {
	case len(rest) == 1:
		c := s.refColumn(target, rest[0])
		if c == nil {
			hint := didYouMean(rest[0].raw, target.columnNames(), "columns are "+strings.Join(target.columnNames(), ", "))
			s.fail(rest[0].pos, r.sym, hint, "ref:%s: table %s has no column %s", r.raw.s, s.shownName(target.Name), rest[0].raw)
			return
		}
		r.RefColumns = []string{c.Name}
	case len(r.cols) > 0:
		for _, id := range r.cols {
			c := s.needColumn(target, id, "references "+r.raw.s)
			if c == nil {
				return
			}
			r.RefColumns = append(r.RefColumns, c.Name)
		}
	case target.PrimaryKey == nil:
		s.fail(r.raw.pos(), r.sym, "name the column", "reference to %s: table %s has no primary key", r.raw.s, s.shownName(target.Name))
		return
	default:
		r.RefColumns = slices.Clone(target.PrimaryKey.Columns)
	}
	if len(r.RefColumns) != len(r.Columns) {
		s.fail(r.raw.pos(), r.sym, "write //gen:fk with as many columns on both sides", "reference to %s: %d columns (%s) for the %d of %s (%s)",
			r.raw.s, len(r.Columns), strings.Join(r.Columns, ", "), len(r.RefColumns), s.shownName(target.Name), strings.Join(r.RefColumns, ", "))
		return
	}
	if target.Unlogged && !def.Unlogged {
		s.fail(r.raw.pos(), r.sym, "make both tables unlogged, or none", "reference to %s: a logged table cannot refer to the unlogged table %s", r.raw.s, s.shownName(target.Name))
		return
	}
	s.setNull(def, r)
	if !s.isKey(target, r.RefColumns, r.Period) {
		hint := "refer to the primary key, or make them unique"
		switch {
		case r.Period:
			hint = "a period refers to a key without overlaps: //gen:unique (a, b without overlaps)"
		case s.isKey(target, r.RefColumns, true):
			hint = "a key without overlaps is referred to by a period: //gen:fk (a, period b) references t (x, period y)"
		}
		s.fail(r.raw.pos(), r.sym, hint, "reference to %s: no primary key or unique constraint of table %s is made of (%s)",
			r.raw.s, s.shownName(target.Name), strings.Join(r.RefColumns, ", "))
		return
	}
	if s.refTypes(def, target, r) {
		def.ForeignKeys = append(def.ForeignKeys, r.ForeignKey)
	}
}

// refTypes refuses columns that PostgreSQL cannot compare with those they refer
// to. SQLite compares everything.
func (s *scanner) refTypes(def, target *tableDef, r *pendingRef) bool {
	if !s.postgres() {
		return true
	}
	for i, name := range r.Columns {
		from, to := s.column(def, name), s.column(target, r.RefColumns[i])
		if ok, known := dialect.Refers(from.Type, to.Type); known && !ok {
			s.fail(r.raw.pos(), r.sym, "give both columns one type", "reference to %s: %s is %s and %s.%s is %s, which PostgreSQL does not compare",
				r.raw.s, name, from.Type.Text, s.shownName(target.Name), to.Name, to.Type.Text)
			return false
		}
	}
	return true
}

// setNull warns of an action that can only fail.
func (s *scanner) setNull(def *tableDef, r *pendingRef) {
	cols := r.Columns
	if len(r.SetColumns) > 0 {
		cols = r.SetColumns
	}
	for _, name := range cols {
		if (r.OnDelete == schema.SetNull || r.OnUpdate == schema.SetNull) && s.column(def, name).NotNull {
			s.probs.warn(r.Pos, "make the field a pointer or add null", "reference to %s: set null will fail, column %s cannot be null", r.raw.s, name)
		}
	}
}

// isKey reports whether a foreign key may refer to the columns: those of a
// key that is not deferrable, in any order, or of a unique index without
// predicate; where it has a period, of a key without overlaps.
func (s *scanner) isKey(t *tableDef, cols []string, period bool) bool {
	same := func(key []string) bool {
		a, b := slices.Sorted(slices.Values(key)), slices.Sorted(slices.Values(cols))
		return slices.Equal(a, b)
	}
	if t.PrimaryKey != nil && !t.PrimaryKey.Deferrable && t.PrimaryKey.WithoutOverlaps == period && same(t.PrimaryKey.Columns) {
		return true
	}
	for _, u := range t.Uniques {
		if !u.Deferrable && u.WithoutOverlaps == period && same(u.Columns) {
			return true
		}
	}
	for _, ix := range t.Indexes {
		var key []string
		for _, k := range ix.Keys {
			key = append(key, k.Column)
		}
		if !period && ix.Unique && ix.Where == "" && !slices.Contains(key, "") && same(key) {
			return true
		}
	}
	return false
}

// refColumn finds a column by its name or by that of its Go field.
func (s *scanner) refColumn(t *tableDef, id ident) *column {
	for _, name := range []string{id.raw, s.fold(id.raw)} {
		if c := s.column(t, name); c != nil {
			return c
		}
	}
	for _, c := range t.cols {
		if c.use.name == id.raw {
			return c
		}
	}
	return nil
}

// refTarget finds the table; rest is the column, when a tag names one.
func (s *scanner) refTarget(def *tableDef, r *pendingRef) (target *tableDef, rest []ident, ok bool) {
	if len(r.to) > 3 || !r.inTag && len(r.to) > 2 {
		s.fail(r.raw.pos(), r.sym, "write schema.table.column", "reference to %s: the name has too many parts", r.raw.s)
		return nil, nil, false
	}
	file := def.decl.file
	if r.use != nil {
		file = r.use.scope.file
	}
	try := func(n int, t *tableDef) bool {
		if t == nil || len(r.to)-n > 1 || !r.inTag && len(r.to) != n {
			return false
		}
		target, rest = t, r.to[n:]
		return true
	}
	byType := func() bool {
		if try(1, s.typeRef(file, r.to[:1])) {
			return true
		}
		return len(r.to) > 1 && try(2, s.typeRef(file, r.to[:2]))
	}
	byTable := func() bool {
		if try(1, s.tableRef(def, r.to[:1])) {
			return true
		}
		return len(r.to) > 1 && try(2, s.tableRef(def, r.to[:2]))
	}
	first := r.to[0]
	if ast.IsExported(first.raw) && !first.quoted {
		ok = byType() || byTable()
	} else {
		ok = byTable() || byType()
	}
	if !ok {
		s.missingRef(def, r, file)
	}
	return target, rest, ok
}

// tableRef finds a table by name: as written, else folded.
func (s *scanner) tableRef(def *tableDef, ids []ident) *tableDef {
	last := ids[len(ids)-1]
	schemas := []string{s.schemaOf(def.decl.file.pkg), s.o.DefaultSchema}
	if len(ids) == 2 {
		schemas = []string{ids[0].name}
	}
	for _, local := range []string{last.name, s.fold(last.raw)} {
		for _, sc := range schemas {
			if t := s.byName[s.nameKey(schema.Name{Schema: sc, Local: s.cut(local)})]; t != nil {
				return t
			}
		}
	}
	return nil
}

// typeRef finds the table of a Go type: Type is looked for in the package of
// the file and, when only one other package has such a table, there;
// package.Type in what the file imports.
func (s *scanner) typeRef(f *file, ids []ident) *tableDef {
	name := ids[len(ids)-1].raw
	if len(ids) == 2 {
		importPath, imported := s.l.importNamed(f, ids[0].raw)
		if real, ok := f.pkg.imports[importPath]; ok {
			importPath = real
		}
		for _, t := range s.byGoName[name] {
			p := t.decl.file.pkg
			if imported && p.path == importPath || !imported && p.name == ids[0].raw {
				return t
			}
		}
		return nil
	}
	var found []*tableDef
	for _, t := range s.byGoName[name] {
		if t.decl.file.pkg == f.pkg {
			return t
		}
		found = append(found, t)
	}
	if len(found) == 1 {
		return found[0]
	}
	return nil
}

func (s *scanner) missingRef(def *tableDef, r *pendingRef, f *file) {
	first := r.to[0]
	var names []string
	for _, t := range s.tables {
		names = append(names, s.shownName(t.Name), t.decl.name)
	}
	slices.Sort(names)
	hint := didYouMean(first.raw, names, "")
	if len(r.to) > 1 {
		hint = cmpOr(hint, didYouMean(first.raw+"."+r.to[1].raw, names, ""))
	}
	if t := f.pkg.types[first.raw]; t != nil && s.byType[t] == nil {
		s.fail(r.raw.pos(), r.sym, "mark it with //gen:table", "reference to %s: struct %s is no table", r.raw.s, first.raw)
		return
	}
	what := first.raw
	if len(r.to) == 3 || !r.inTag {
		var parts []string
		for _, id := range r.to[:max(1, len(r.to)-b2i(r.inTag))] {
			parts = append(parts, id.raw)
		}
		what = strings.Join(parts, ".")
	}
	s.fail(r.raw.pos(), r.sym, cmpOr(hint, "a table is referred to by its name or by its Go type"), "reference to %s: no struct declares a table %s", r.raw.s, what)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
