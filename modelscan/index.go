package modelscan

import (
	"cmp"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A tagIndex gathers the index items of one name.
type tagIndex struct {
	schema.Index
	order []int // of each key; 0: not given
}

// indexesOfTags makes an index of each index item; items of one name are the
// keys of one index, by their order= and else as the fields stand.
func (s *scanner) indexesOfTags(def *tableDef) {
	var list []*tagIndex
	for _, c := range def.cols {
		for _, it := range c.items {
			if it.key != "index" {
				continue
			}
			name := s.cut(it.value.s)
			var ix *tagIndex
			for _, have := range list {
				if name != "" && have.Name == name {
					ix = have
				}
			}
			if ix == nil {
				ix = &tagIndex{Index: schema.Index{Name: name, Derived: name == "", Pos: s.at(c, it)}}
				list = append(list, ix)
			}
			s.indexItem(c, it, ix)
		}
	}
	for _, ix := range list {
		keys := make([]int, len(ix.Keys))
		for i := range keys {
			keys[i] = i
		}
		slices.SortStableFunc(keys, func(a, b int) int { return cmp.Compare(ix.order[a], ix.order[b]) })
		sorted := make([]schema.IndexKey, len(keys))
		for i, k := range keys {
			sorted[i] = ix.Keys[k]
		}
		ix.Keys = sorted
		s.indexDefaults(&ix.Index)
		def.Indexes = append(def.Indexes, ix.Index)
	}
}

var indexOptions = []string{"using", "opclass", "desc", "asc", "nulls", "order", "where"}

func (s *scanner) indexItem(c *column, it item, ix *tagIndex) {
	key := schema.IndexKey{Column: c.Name}
	order, nulls := 0, ""
	for _, opt := range it.opts {
		name, value, _ := strings.Cut(opt.s, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if s.sqlite() && slices.Contains([]string{"using", "opclass", "nulls"}, name) {
			s.failAt(c, opt.pos(), "write index@pg:"+name+"=… to say it to PostgreSQL alone", "SQLite's indexes have no %s", name)
			continue
		}
		if value == "" && name != "desc" && name != "asc" && slices.Contains(indexOptions, name) {
			s.failAt(c, opt.pos(), "write "+name+"=…", "option %s of index needs a value", name)
			continue
		}
		switch name {
		case "using":
			s.sameOption(c, opt.pos(), "using", &ix.Method, strings.ToLower(value))
		case "where":
			s.sameOption(c, opt.pos(), "where", &ix.Where, outerParens(text{s: value}).s)
		case "opclass":
			key.Opclass = splitName(value)
		case "desc":
			key.Desc = true
		case "asc":
		case "nulls":
			nulls = strings.ToLower(value)
			if nulls != "first" && nulls != "last" {
				s.failAt(c, opt.pos(), "write nulls=first or nulls=last", "unknown order of nulls %q", value)
			}
		case "order":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 {
				s.failAt(c, opt.pos(), "", "order of index must be a whole number from 1, not %s", value)
			}
			order = n
		default:
			s.failAt(c, opt.pos(), didYouMean(name, indexOptions, "options are using, opclass, desc, nulls, order and where; for more write //gen:index"), "unknown option %q of index", name)
		}
	}
	key.NullsFirst = nulls == "first" || nulls == "" && key.Desc
	ix.Keys = append(ix.Keys, key)
	ix.order = append(ix.order, order)
}

// sameOption sets an option that all items of one index share.
func (s *scanner) sameOption(c *column, p token.Pos, name string, to *string, value string) {
	if *to != "" && *to != value {
		s.failAt(c, p, "say it once", "two fields of one index say %s differently: %s and %s", name, *to, value)
		return
	}
	*to = value
}

func splitName(s string) schema.Name {
	if before, after, ok := strings.Cut(s, "."); ok {
		return schema.Name{Schema: before, Local: after}
	}
	return schema.Name{Local: s}
}

func (s *scanner) indexDefaults(ix *schema.Index) {
	if s.postgres() && ix.Method == "" {
		ix.Method = "btree"
	}
}

// indexDirective reads what follows CREATE [UNIQUE] INDEX, without the table.
func (s *scanner) indexDirective(def *tableDef, d directive, sp *sqlParser, unique bool) {
	ix := schema.Index{Unique: unique, Pos: s.directiveAt(def, d)}
	sp.accept("concurrently") // gen decides that itself when it writes the revision
	if !sp.isWord("concurrently") {
		ix.Name = s.optionalName(sp)
	}
	ix.Derived = ix.Name == ""
	if sp.accept("using") {
		if s.sqliteLacks(def, d, "has one kind of index and no using") {
			return
		}
		ix.Method = sp.ident("the index method").name
	}
	s.indexDefaults(&ix)
	if list := sp.parens("the list of columns"); sp.bad == nil {
		parts, bad := list.split(',')
		sp.bad = bad
		for _, part := range parts {
			if sp.bad == nil {
				ix.Keys = append(ix.Keys, s.indexKey(def, d, part.trim(), sp, ix.Method))
			}
		}
	}
	if !s.indexTail(def, d, sp, &ix) || s.badDirective(def, d, sp) {
		return
	}
	def.Indexes = append(def.Indexes, ix)
}

// indexTail reads include, nulls not distinct, with and where.
func (s *scanner) indexTail(def *tableDef, d directive, sp *sqlParser, ix *schema.Index) bool {
	for !sp.done() {
		switch {
		case sp.accept("include"):
			if s.sqliteLacks(def, d, "has no covering columns in indexes") {
				return false
			}
			ix.Include = s.columnList(def, d, sp)
		case sp.isWord("nulls"):
			at := sp.at
			ix.NullsNotDistinct = s.nullsNotDistinct(def, d, sp)
			if sp.at == at {
				sp.end()
			}
			if s.sqlite() {
				return false
			}
		case sp.accept("with"):
			if s.sqliteLacks(def, d, "has no storage parameters") {
				return false
			}
			at := sp.tokenPos()
			ix.Options = storageOptions(sp)
			s.indexOptions(def, d, at, ix)
		case sp.accept("where"):
			ix.Where = s.predicate(sp)
		case sp.accept("concurrently"):
		default:
			sp.end()
		}
		if sp.bad != nil {
			break
		}
	}
	return true
}

// indexParameters are the storage parameters of PostgreSQL's own index
// methods (CREATE INDEX in its manual). Those of extensions are not known.
var indexParameters = map[string][]string{
	"btree":  {"deduplicate_items", "fillfactor"},
	"hash":   {"fillfactor"},
	"gist":   {"buffering", "fillfactor"},
	"spgist": {"fillfactor"},
	"gin":    {"fastupdate", "gin_pending_list_limit"},
	"brin":   {"autosummarize", "pages_per_range"},
}

func (s *scanner) indexOptions(def *tableDef, d directive, at token.Pos, ix *schema.Index) {
	known, ours := indexParameters[ix.Method]
	for _, o := range ix.Options {
		if ours && !slices.Contains(known, o.Name) {
			s.fail(at, def.decl.name, didYouMean(o.Name, known, "it has "+strings.Join(known, " and ")), "directive //gen:%s: indexes of method %s have no parameter %s", d.name, ix.Method, o.Name)
		}
	}
}

// tokenPos is where the next token stands.
func (p *sqlParser) tokenPos() token.Pos { return p.t.at(p.peek().i) }

// predicate takes the rest of the line, but for a last word concurrently.
func (s *scanner) predicate(sp *sqlParser) string {
	if n := len(sp.toks); sp.at < n-1 && sp.toks[n-1].kind == tokWord && sp.toks[n-1].s == "concurrently" {
		from, to := sp.toks[sp.at].i, sp.toks[n-1].i
		sp.at = n
		return outerParens(sp.t.sub(from, to)).s
	}
	t := outerParens(sp.rest())
	if t.s == "" {
		sp.fail("the predicate after where is missing")
	}
	return t.s
}

// storageOptions reads (name = value, …).
func storageOptions(sp *sqlParser) []schema.Option {
	inner := sp.parens("the list of storage parameters")
	if sp.bad != nil {
		return nil
	}
	parts, bad := inner.split(',')
	if bad != nil {
		sp.bad = bad
		return nil
	}
	var list []schema.Option
	for _, part := range parts {
		p := newSQLParser(part.trim(), foldASCII)
		name := p.ident("the name of a storage parameter").name
		value := "true"
		if p.acceptPunct("=") {
			value = p.optionValue()
		}
		p.end()
		if p.bad != nil {
			sp.bad = p.bad
			return nil
		}
		list = append(list, schema.Option{Name: name, Value: value})
	}
	return list
}

// indexKey reads one key: a column, a call or a parenthesized expression, and
// then [collate c] [opclass [(options)]] [asc|desc] [nulls first|last].
func (s *scanner) indexKey(def *tableDef, d directive, t text, outer *sqlParser, method string) schema.IndexKey {
	sp := newSQLParser(t, s.fold)
	var key schema.IndexKey
	switch {
	case sp.isPunct("("):
		s.parenthesizedKey(def, outerParens(sp.parens("an expression")), &key)
	case sp.callNext():
		key.Expr = sp.call().s
	default:
		if id := sp.ident("a column or an expression"); sp.bad == nil {
			if c := s.needColumn(def, id, "directive //gen:"+d.name); c != nil {
				key.Column = c.Name
			}
		}
	}
	s.indexKeyTail(def, d, sp, &key, method)
	if sp.bad != nil && outer.bad == nil {
		outer.bad = sp.bad
		if strings.HasPrefix(sp.bad.what, "unexpected") {
			outer.bad.what += "; an expression that is not a call stands in parentheses"
		}
	}
	return key
}

// parenthesizedKey reads what stands in parentheses. The databases look through
// them: ((a)) is the column, and to PostgreSQL ((lower(a) collate "C")) is
// lower(a) with that collation.
func (s *scanner) parenthesizedKey(def *tableDef, t text, key *schema.IndexKey) {
	sp := newSQLParser(t, s.fold)
	n := len(sp.toks)
	if n > 0 && (sp.toks[0].kind == tokWord || sp.toks[0].kind == tokIdent) && (n == 1 || s.postgres() && sp.toks[1].s == "collate") {
		if c := s.column(def, sp.ident("").name); c != nil {
			key.Column = c.Name
		}
		sp.accept("collate")
	} else if s.postgres() && (sp.callNext() || sp.isPunct("(")) {
		if sp.callNext() {
			key.Expr = sp.call().s
		} else {
			key.Expr = outerParens(sp.parens("an expression")).s
		}
		if !sp.accept("collate") {
			key.Expr = ""
		}
	}
	if (key.Column != "" || key.Expr != "") && !sp.done() {
		key.Collation = nameOf(sp.qualified("the collation"))
	}
	if key.Column == "" && key.Expr == "" || sp.bad != nil || !sp.done() {
		*key = schema.IndexKey{Expr: t.s}
	}
}

func (s *scanner) indexKeyTail(def *tableDef, d directive, sp *sqlParser, key *schema.IndexKey, method string) {
	if sp.accept("collate") {
		key.Collation = nameOf(sp.qualified("the collation"))
	}
	if t := sp.peek(); t.kind == tokIdent || t.kind == tokWord && !sp.isWord("asc") && !sp.isWord("desc") && !sp.isWord("nulls") && !sp.isWord("statistics") {
		ids := sp.qualified("the operator class")
		if s.sqlite() {
			sp.bad = &lexError{ids[0].pos, "unexpected " + ids[0].raw + ": SQLite has no operator classes"}
			return
		}
		key.Opclass = nameOf(ids)
		if sp.isPunct("(") {
			key.OpclassOptions = storageOptions(sp)
		}
	}
	ordered := false
	if sp.accept("desc") {
		key.Desc, ordered = true, true
	} else if sp.accept("asc") {
		ordered = true
	}
	nulls := ""
	if sp.isWord("nulls", "first") || sp.isWord("nulls", "last") {
		nulls = sp.toks[sp.at+1].s
		sp.at += 2
		if s.sqliteLacks(def, d, "has no nulls first and nulls last in indexes") {
			return
		}
	}
	if (ordered || nulls != "") && s.postgres() && method != "btree" {
		sp.fail("unexpected order: indexes of method " + method + " have none")
	}
	key.NullsFirst = nulls == "first" || nulls == "" && key.Desc
	s.indexKeyTarget(sp, key)
	sp.end()
}

// indexKeyTarget reads statistics n, which the server has for expressions alone.
func (s *scanner) indexKeyTarget(sp *sqlParser, key *schema.IndexKey) {
	if !sp.isWord("statistics") {
		return
	}
	if !s.postgres() || key.Expr == "" {
		sp.fail("only expressions in indexes of PostgreSQL have a statistics target; that of a column is a key of its tag")
		return
	}
	sp.accept("statistics")
	target := sp.integer()
	if target == nil || *target < 0 || *target > 10000 {
		sp.fail("expected a statistics target from 0 to 10000")
		return
	}
	n := int(*target)
	key.Statistics = &n
}

func nameOf(ids []ident) schema.Name {
	if len(ids) == 1 {
		return schema.Name{Local: ids[0].name}
	}
	return schema.Name{Schema: ids[0].name, Local: ids[len(ids)-1].name}
}

// callNext reports whether name(…) or schema.name(…) follows.
func (p *sqlParser) callNext() bool {
	i := p.at
	for i < len(p.toks) && (p.toks[i].kind == tokWord || p.toks[i].kind == tokIdent) {
		i++
		if i < len(p.toks) && p.toks[i].kind == tokPunct && p.toks[i].s == "(" {
			return true
		}
		if i >= len(p.toks) || p.toks[i].s != "." {
			return false
		}
		i++
	}
	return false
}

// call reads name(…) as it stands.
func (p *sqlParser) call() text {
	from := p.peek().i
	for !p.isPunct("(") {
		p.at++
	}
	end := closing(p.toks, p.at)
	if end < 0 {
		p.fail("missing )")
		return text{}
	}
	p.at = end + 1
	return p.t.sub(from, p.toks[end].j)
}
