package modelscan

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// keys makes keys, constraints and indexes of what tags and directives say.
// References are resolved later, when all tables are known.
func (s *scanner) keys(def *tableDef) {
	s.primaryKeyOfTags(def)
	s.uniquesOfTags(def)
	s.indexesOfTags(def)
	s.checksOfTags(def)
	s.refsOfTags(def)
	for _, d := range def.notes {
		sp := newSQLParser(d.args, s.fold)
		switch d.name {
		case "pk":
			s.pkDirective(def, d, sp)
		case "unique":
			s.uniqueDirective(def, d, sp)
		case "index":
			s.indexDirective(def, d, sp, false)
		case "check":
			s.checkDirective(def, d, sp)
		case "fk":
			s.fkDirective(def, d, sp)
		case "exclude":
			s.excludeDirective(def, d, sp)
		}
	}
	for _, c := range def.cols {
		s.unboundModifiers(c)
	}
}

// primaryKeyOfTags orders the columns with pk by their number, else as the
// fields stand.
func (s *scanner) primaryKeyOfTags(def *tableDef) {
	var cols []*column
	numbered := 0
	for _, c := range def.cols {
		if c.pk {
			cols = append(cols, c)
			if c.pkOrder > 0 {
				numbered++
			}
		}
	}
	if len(cols) == 0 {
		return
	}
	if numbered > 0 && numbered < len(cols) {
		s.failAt(cols[0], cols[0].pkPos, "number all of them or none: pk:1, pk:2", "the primary key has columns with a number and columns without")
	}
	slices.SortStableFunc(cols, func(a, b *column) int { return cmp.Compare(a.pkOrder, b.pkOrder) })
	pk := &schema.PrimaryKey{Derived: true, Pos: s.l.pos(cols[0].pkPos, cols[0].sym())}
	for i, c := range cols {
		if i > 0 && c.pkOrder > 0 && c.pkOrder == cols[i-1].pkOrder {
			s.failAt(c, c.pkPos, "", "pk:%d stands on two columns, also on %s", c.pkOrder, cols[i-1].sym())
		}
		pk.Columns = append(pk.Columns, c.Name)
	}
	def.PrimaryKey = pk
}

// uniqueWords are options of unique, which nobody means as names of groups.
var uniqueWords = map[string]bool{"nullsnotdistinct": true, "deferrable": true, "deferred": true}

// uniquesOfTags gathers the columns of one group into one constraint. A struct
// that is embedded twice, under two prefixes, has its groups twice.
func (s *scanner) uniquesOfTags(def *tableDef) {
	groups := map[string]int{}
	for _, c := range def.cols {
		alone := false
		for i, it := range c.items {
			if it.key != "unique" {
				continue
			}
			switch {
			case uniqueWords[it.value.s]:
				s.failAt(c, it.pos, "write unique;"+it.value.s, "unique:%s would be a group of that name", it.value.s)
				continue
			case it.value.s == "" && alone:
				s.failAt(c, it.pos, "take one of them away", "the column is unique twice")
				continue
			}
			alone = alone || it.value.s == ""
			at := -1
			if name := c.use.path + it.value.s; it.value.s != "" {
				if k, ok := groups[name]; ok {
					at = k
				} else {
					groups[name] = len(def.Uniques)
				}
			}
			if at < 0 {
				at = len(def.Uniques)
				def.Uniques = append(def.Uniques, schema.Unique{Derived: true, Pos: s.at(c, it)})
			}
			u := &def.Uniques[at]
			u.Columns = append(u.Columns, c.Name)
			s.uniqueModifiers(c, i, u)
		}
	}
}

// uniqueModifiers applies what stands behind item i, as options or as keys.
func (s *scanner) uniqueModifiers(c *column, i int, u *schema.Unique) {
	for _, m := range s.modifiers(c, i) {
		switch m.key {
		case "nullsnotdistinct":
			u.NullsNotDistinct = true
		case "deferrable":
			u.Deferrable = true
		case "deferred":
			u.Deferrable, u.Deferred = true, true
		default:
			s.failAt(c, m.pos, "options are nullsnotdistinct, deferrable and deferred", "unknown option %s of unique", m.key)
			continue
		}
		if s.sqlite() {
			what := "cannot defer unique constraints"
			if m.key == "nullsnotdistinct" {
				what = "always takes nulls for distinct"
			}
			s.cannot(c, m, what)
		}
	}
}

// modifiers are the options of item i, and the keys deferrable, deferred and
// nullsnotdistinct that belong to it: they follow the unique or ref they are
// about; one that stands before the first belongs to that.
func (s *scanner) modifiers(c *column, i int) []item {
	var list []item
	for _, o := range c.items[i].opts {
		list = append(list, item{key: o.s, pos: o.pos()})
	}
	for k, it := range c.items {
		if slices.Contains(modifierKeys, it.key) && s.owner(c, k) == i {
			list = append(list, it)
		}
	}
	return list
}

var modifierKeys = []string{"nullsnotdistinct", "deferrable", "deferred"}

// owner is the index of the item that modifier k belongs to, or -1.
func (s *scanner) owner(c *column, k int) int {
	takes := func(i int) bool {
		key := c.items[i].key
		return key == "unique" || key == "ref" && c.items[k].key != "nullsnotdistinct"
	}
	for i := k - 1; i >= 0; i-- {
		if takes(i) {
			return i
		}
	}
	for i := k + 1; i < len(c.items); i++ {
		if takes(i) {
			return i
		}
	}
	return -1
}

// unboundModifiers reports modifiers with nothing to modify.
func (s *scanner) unboundModifiers(c *column) {
	for k, it := range c.items {
		switch {
		case slices.Contains(modifierKeys, it.key):
			if s.owner(c, k) < 0 {
				s.failAt(c, it.pos, "write it behind unique or ref", "%s without unique or ref", it.key)
			}
		case slices.Contains([]string{"ondelete", "onupdate", "match", "notvalid", "fkname"}, it.key):
			if c.use.notes.item("ref") == nil {
				s.failAt(c, it.pos, "write ref:table.column before it", "%s without ref", it.key)
			}
		}
	}
}

// checksOfTags makes the check of each column, and in SQLite those that stand
// for enum types.
func (s *scanner) checksOfTags(def *tableDef) {
	for _, c := range def.cols {
		if it := c.use.notes.item("check"); it != nil {
			def.Checks = append(def.Checks, schema.Check{Derived: true, Expr: outerParens(it.value).s, Pos: s.at(c, *it)})
		}
		if c.enum == nil || !s.sqlite() {
			continue
		}
		var list []string
		for _, v := range c.enum.Values {
			list = append(list, s.o.Dialect.Literal(v))
		}
		def.Checks = append(def.Checks, schema.Check{
			Derived: true,
			Expr:    s.o.Dialect.Ident(c.Name) + " IN (" + strings.Join(list, ", ") + ")",
			Pos:     c.Pos,
		})
	}
}

// directiveAt is the position of a directive on a table.
func (s *scanner) directiveAt(def *tableDef, d directive) schema.Pos {
	return s.l.pos(d.pos, def.decl.name)
}

// badDirective reports what could not be read in a directive.
func (s *scanner) badDirective(def *tableDef, d directive, sp *sqlParser) bool {
	return s.badSQL(sp.bad, def.decl.name, "directive //gen:"+d.name)
}

// sqliteLacks reports what SQLite cannot do, and is true there.
func (s *scanner) sqliteLacks(def *tableDef, d directive, what string) bool {
	if !s.sqlite() {
		return false
	}
	s.fail(d.pos, def.decl.name, "write //gen:"+d.name+"@pg to say it to PostgreSQL alone", "SQLite %s", what)
	return true
}

// optionalName reads the name before the parenthesis, if there is one.
func (s *scanner) optionalName(sp *sqlParser) string {
	if t := sp.peek(); t.kind == tokIdent || t.kind == tokWord && !sp.isWord("using") {
		return s.cut(sp.ident("a name").name)
	}
	return ""
}

// columnList reads (a, b) and finds the columns.
func (s *scanner) columnList(def *tableDef, d directive, sp *sqlParser) []string {
	names, _ := s.timeList(def, d, sp, "")
	return names
}

// timeList is columnList where the last column may have those words beside it:
// (a, b without overlaps), (a, period b).
func (s *scanner) timeList(def *tableDef, d directive, sp *sqlParser, words string) (names []string, overTime bool) {
	inner := sp.parens("the list of columns")
	if sp.bad != nil {
		return nil, false
	}
	ids, bad := columns(inner, s.fold)
	if bad != nil {
		sp.bad = bad
		return nil, false
	}
	if overTime = s.overTime(def.decl.name, "directive //gen:"+d.name, ids, words); overTime {
		s.sqliteLacks(def, d, "has no keys over time")
	}
	for _, id := range ids {
		c := s.needColumn(def, id, "directive //gen:"+d.name)
		if c == nil {
			continue
		}
		if slices.Contains(names, c.Name) {
			s.fail(id.pos, def.decl.name, "", "directive //gen:%s: column %s stands twice", d.name, c.Name)
		}
		names = append(names, c.Name)
	}
	return names, overTime
}

// overTime reports whether the last of several columns has words beside it, and
// complains where they are others than these, or stand elsewhere.
func (s *scanner) overTime(sym, what string, ids []ident, words string) bool {
	for i, id := range ids {
		switch last := i == len(ids)-1; {
		case id.time == "":
		case words == "":
			s.fail(id.pos, sym, "", "%s: %s has no place here", what, id.time)
		case id.time != words:
			s.fail(id.pos, sym, "a key says (a, b without overlaps), a foreign key (a, period b)", "%s: %s has no place here", what, id.time)
		case !last || i == 0:
			s.fail(id.pos, sym, "", "%s: %s belongs to the last of several columns", what, id.time)
		}
	}
	return len(ids) > 0 && ids[len(ids)-1].time != ""
}

// needColumn finds a column or reports that there is none.
func (s *scanner) needColumn(def *tableDef, id ident, what string) *column {
	if c := s.column(def, id.name); c != nil {
		return c
	}
	hint := didYouMean(id.name, def.columnNames(), "columns are "+strings.Join(def.columnNames(), ", "))
	if !id.quoted && s.column(def, id.raw) != nil {
		hint = `write "` + id.raw + `" in double quotes: without them it is ` + id.name
	}
	for _, c := range def.cols {
		if c.use.name == id.raw {
			hint = "did you mean " + c.Name + "? " + id.raw + " is the name of the Go field"
		}
	}
	s.fail(id.pos, def.decl.name, hint, "%s: table %s has no column %s", what, s.shownName(def.Name), id.name)
	return nil
}

// deferral reads [not deferrable] | [deferrable] [initially deferred|immediate].
func (p *sqlParser) deferral() (deferrable, deferred bool) {
	if p.accept("not", "deferrable") {
		return false, false
	}
	deferrable = p.accept("deferrable")
	switch {
	case p.accept("initially", "deferred"):
		return true, true
	case p.accept("initially", "immediate"):
	}
	return deferrable, false
}

func (s *scanner) pkDirective(def *tableDef, d directive, sp *sqlParser) {
	pk := &schema.PrimaryKey{Name: s.optionalName(sp), Pos: s.directiveAt(def, d)}
	pk.Derived = pk.Name == ""
	pk.Columns, pk.WithoutOverlaps = s.timeList(def, d, sp, "without overlaps")
	if sp.accept("include") {
		if s.sqliteLacks(def, d, "has no covering columns in keys") {
			return
		}
		pk.Include = s.columnList(def, d, sp)
	}
	pk.Deferrable, pk.Deferred = sp.deferral()
	if pk.Deferrable && s.sqliteLacks(def, d, "cannot defer primary keys") {
		return
	}
	sp.end()
	if s.badDirective(def, d, sp) {
		return
	}
	if def.PrimaryKey != nil {
		s.fail(d.pos, def.decl.name, "keep one of them", "table %s has two primary keys, the other at %s", s.shownName(def.Name), def.PrimaryKey.Pos)
		return
	}
	def.PrimaryKey = pk
	for _, name := range pk.Columns {
		c := s.column(def, name)
		if null := c.use.notes.item("null"); null != nil && s.postgres() {
			s.failAt(c, null.pos, "", "a column of the primary key cannot be null")
		}
		c.NotNull = c.NotNull || s.postgres()
	}
}

func (s *scanner) uniqueDirective(def *tableDef, d directive, sp *sqlParser) {
	if sp.isWord("index") {
		sp.accept("index")
		s.indexDirective(def, d, sp, true)
		return
	}
	u := schema.Unique{Name: s.optionalName(sp), Pos: s.directiveAt(def, d)}
	u.Derived = u.Name == ""
	list := sp.at
	u.Columns, u.WithoutOverlaps = s.timeList(def, d, sp, "without overlaps")
	if sp.accept("include") {
		if s.sqliteLacks(def, d, "has no covering columns in constraints") {
			return
		}
		u.Include = s.columnList(def, d, sp)
	}
	u.NullsNotDistinct = s.nullsNotDistinct(def, d, sp)
	u.Deferrable, u.Deferred = sp.deferral()
	if u.Deferrable && s.sqliteLacks(def, d, "cannot defer unique constraints") {
		return
	}
	if sp.isWord("where") {
		s.fail(sp.t.at(sp.peek().i), def.decl.name, "write //gen:unique index "+sp.t.s[sp.toks[list].i:], "a unique constraint has no where; a unique index has")
		return
	}
	sp.end()
	if !s.badDirective(def, d, sp) {
		def.Uniques = append(def.Uniques, u)
	}
}

func (s *scanner) nullsNotDistinct(def *tableDef, d directive, sp *sqlParser) bool {
	if sp.accept("nulls", "distinct") || !sp.accept("nulls", "not", "distinct") {
		return false
	}
	return !s.sqliteLacks(def, d, "always takes nulls for distinct")
}

func (s *scanner) checkDirective(def *tableDef, d directive, sp *sqlParser) {
	c := schema.Check{Name: s.optionalName(sp), Pos: s.directiveAt(def, d)}
	c.Derived = c.Name == ""
	if !sp.isPunct("(") {
		sp.fail("the expression in parentheses is missing")
	}
	c.Expr = outerParens(sp.parens("the expression")).s
	if sp.bad == nil && c.Expr == "" {
		sp.fail("the expression is empty")
	}
	for !sp.done() && sp.bad == nil {
		switch {
		case sp.accept("not", "valid"):
			c.NotValid = true
		case sp.accept("not", "enforced"):
			c.NotEnforced = true
		case sp.accept("no", "inherit"):
			c.NoInherit = true
		default:
			sp.end()
		}
	}
	if s.badDirective(def, d, sp) || (c.NotValid || c.NotEnforced) && s.sqliteLacks(def, d, "has no constraints that are not valid") || c.NoInherit && s.sqliteLacks(def, d, "has no inheritance") {
		return
	}
	def.Checks = append(def.Checks, c)
}

func (s *scanner) excludeDirective(def *tableDef, d directive, sp *sqlParser) {
	if s.sqliteLacks(def, d, "has no exclusion constraints") {
		return
	}
	x := schema.Exclusion{Name: s.optionalName(sp), Method: "gist", Pos: s.directiveAt(def, d)}
	x.Derived = x.Name == ""
	if sp.accept("using") {
		x.Method = sp.ident("the index method").name
	} else {
		x.Method = "btree"
	}
	list := sp.parens("the list of elements")
	parts, bad := list.split(',')
	if sp.bad == nil {
		sp.bad = bad
	}
	for _, part := range parts {
		if sp.bad == nil {
			x.Elements = append(x.Elements, s.exclusionElement(def, d, part.trim(), sp))
		}
	}
	if sp.accept("include") {
		x.Include = s.columnList(def, d, sp)
	}
	if sp.accept("where") {
		x.Where = outerParens(sp.parens("the predicate")).s
	}
	x.Deferrable, x.Deferred = sp.deferral()
	sp.end()
	if !s.badDirective(def, d, sp) {
		def.Exclusions = append(def.Exclusions, x)
	}
}

// exclusionElement reads `key with operator`.
func (s *scanner) exclusionElement(def *tableDef, d directive, t text, outer *sqlParser) schema.ExclusionElement {
	toks := sqlTokens(t)
	depth := 0
	for i, k := range toks {
		switch {
		case k.kind == tokPunct && k.s == "(":
			depth++
		case k.kind == tokPunct && k.s == ")":
			depth--
		case depth == 0 && k.kind == tokWord && k.s == "with" && i > 0:
			e := schema.ExclusionElement{Operator: t.sub(k.j, len(t.s)).trim().s}
			if e.Operator == "" {
				outer.bad = &lexError{t.at(k.i), "the operator after with is missing"}
			}
			if rest, ok := strings.CutPrefix(strings.ToLower(e.Operator), "operator"); ok {
				e.Operator = "OPERATOR" + e.Operator[len(e.Operator)-len(rest):]
			}
			e.Key = s.indexKey(def, d, t.sub(0, k.i).trim(), outer, "gist")
			return e
		}
	}
	outer.bad = &lexError{t.pos(), "an element is written: column with operator"}
	return schema.ExclusionElement{}
}
