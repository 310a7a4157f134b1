package modelscan

import (
	"go/token"
	"reflect"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A parentRef names a table that another one has columns from, until all tables
// are known.
type parentRef struct {
	ids  []ident
	def  *tableDef // of the directive
	what string    // the directive
}

// partitionDirective reads what makes a table partitioned, what gives it a
// partition, or what makes the struct's table one:
//
//	by range|list|hash (columns and expressions)
//	name [of table] for values … | default [partition by …]
//	of table for values … | default
func (s *scanner) partitionDirective(def *tableDef, d directive) {
	if s.sqliteLacks(def, d, "has no partitioned tables") {
		return
	}
	sp := newSQLParser(d.args, s.fold)
	switch {
	case sp.accept("by"):
		if key := sp.partitionKey(); !s.badDirective(def, d, sp) {
			if def.PartitionBy != "" {
				s.fail(d.pos, def.decl.name, "", "directive //gen:partition by stands twice")
			}
			def.PartitionBy = key
		}
		return
	case sp.accept("of"):
		parent := sp.qualified("the partitioned table")
		bound, key := sp.bound()
		if s.badDirective(def, d, sp) {
			return
		}
		if key != "" {
			def.PartitionBy = key
		}
		if def.PartitionOf != nil {
			s.fail(d.pos, def.decl.name, "", "directive //gen:partition of stands twice")
		}
		def.PartitionOf = &schema.Partition{Bound: bound}
		def.parents = append(def.parents, parentRef{parent, def, "partition"})
		return
	}
	ids := sp.qualified("by, of, or the name of a partition")
	of := parentRef{def: def, what: "partition"}
	if sp.accept("of") {
		of.ids = sp.qualified("the partitioned table")
	}
	bound, key := sp.bound()
	if s.badDirective(def, d, sp) {
		return
	}
	name, ok := s.objectName(ids, def.decl.file.pkg, def.decl.name, "partition")
	if !ok {
		return
	}
	if len(ids) == 1 {
		name.Schema = def.Name.Schema
	}
	part := &tableDef{decl: def.decl, node: def.node, named: true, parents: []parentRef{of}}
	part.Name, part.PartitionBy, part.Pos = name, key, s.directiveAt(def, d)
	part.PartitionOf = &schema.Partition{Bound: bound}
	if first := s.byName[s.nameKey(name)]; first != nil {
		s.fail(d.pos, def.decl.name, "give one of them another name", "table %s is declared twice, first at %s", s.shownName(name), first.Pos)
		return
	}
	s.byName[s.nameKey(name)] = part
	s.useSchema(name.Schema, part.Pos)
	s.partitions = append(s.partitions, part)
}

// partitionKey reads what follows partition by.
func (p *sqlParser) partitionKey() string {
	for _, strategy := range []string{"range", "list", "hash"} {
		if p.accept(strategy) {
			key := p.parens("the key")
			if p.bad == nil && key.s == "" {
				p.fail("the key is empty")
			}
			p.end()
			return strings.ToUpper(strategy) + " (" + key.s + ")"
		}
	}
	p.fail("range, list or hash is missing")
	return ""
}

// boundWords are written in capitals, as the server prints them.
var boundWords = map[string]bool{"from": true, "to": true, "in": true, "with": true, "minvalue": true, "maxvalue": true, "null": true, "true": true, "false": true}

// bound reads for values … or default, and a key behind it.
func (p *sqlParser) bound() (bound, key string) {
	switch {
	case p.accept("default"):
		bound = "DEFAULT"
	case p.accept("for", "values"):
		from := p.at
		for !p.done() && !p.isWord("partition", "by") {
			p.at++
		}
		var b strings.Builder
		end := -1
		for _, t := range p.toks[from:p.at] {
			if end >= 0 {
				b.WriteString(p.t.s[end:t.i])
			}
			word := p.t.s[t.i:t.j]
			if t.kind == tokWord && boundWords[t.s] {
				word = strings.ToUpper(word)
			}
			b.WriteString(word)
			end = t.j
		}
		bound = "FOR VALUES " + b.String()
		if from == p.at || !slices.ContainsFunc([]string{"FROM", "IN", "WITH"}, func(w string) bool { return strings.HasPrefix(b.String(), w) }) {
			p.fail("from (…) to (…), in (…) or with (…) is missing behind for values")
		}
	default:
		p.fail("for values or default is missing")
	}
	if p.accept("partition", "by") {
		return bound, p.partitionKey()
	}
	p.end()
	return bound, ""
}

// inheritsDirective reads the tables that the struct's table inherits from.
func (s *scanner) inheritsDirective(def *tableDef, d directive) {
	if s.sqliteLacks(def, d, "has no inheritance") {
		return
	}
	sp := newSQLParser(d.args, s.fold)
	for {
		def.parents = append(def.parents, parentRef{sp.qualified("the table to inherit from"), def, "inherits"})
		if !sp.acceptPunct(",") {
			break
		}
	}
	sp.end()
	if s.badDirective(def, d, sp) {
		def.parents = nil
	}
}

// families reads the directives about partitions and inheritance.
func (s *scanner) families() {
	for _, def := range s.tables {
		for _, d := range def.notes {
			switch d.name {
			case "partition":
				s.partitionDirective(def, d)
			case "inherits":
				s.inheritsDirective(def, d)
			}
		}
	}
	s.tables = append(s.tables, s.partitions...)
	for _, def := range s.tables {
		for _, ref := range def.parents {
			s.resolveParent(def, ref)
		}
	}
	declared := map[schema.Name]bool{}
	for _, def := range s.tables {
		if def.PartitionOf != nil {
			declared[def.PartitionOf.Parent] = true
		}
	}
	for _, def := range s.tables {
		def.OpenPartitions = def.PartitionBy != "" && !declared[def.Name]
	}
}

// inheritAll gives the tables below others what they have from these.
func (s *scanner) inheritAll() {
	done := map[*tableDef]bool{}
	for _, def := range s.tables {
		s.inherit(def, done, nil)
	}
}

// resolveParent finds a table by its name, or by the struct's.
func (s *scanner) resolveParent(def *tableDef, ref parentRef) {
	found := ref.def
	var at token.Pos
	if len(ref.ids) > 0 {
		at = ref.ids[0].pos
		name := schema.Name{Schema: ref.def.Name.Schema, Local: s.cut(ref.ids[len(ref.ids)-1].name)}
		if len(ref.ids) > 1 {
			name.Schema = ref.ids[0].name
		}
		found = s.byName[s.nameKey(name)]
		if named := s.byGoName[ref.ids[0].raw]; found == nil && len(ref.ids) == 1 && len(named) == 1 {
			found = named[0]
		}
		if found == nil {
			s.fail(at, ref.def.decl.name, "declare a struct for it", "directive //gen:%s: table %s is in no model", ref.what, s.shownName(name))
			def.PartitionOf = nil
			return
		}
	}
	if ref.what == "inherits" {
		def.Inherits = append(def.Inherits, found.Name)
	} else if def.PartitionOf != nil {
		def.PartitionOf.Parent = found.Name
		if found.PartitionBy == "" {
			s.fail(def.position(ref), ref.def.decl.name, "say how it is: //gen:partition by range (…), above its struct or behind the bound", "table %s is not partitioned", s.shownName(found.Name))
		}
	}
}

// position is where a mistake about the parent is told.
func (def *tableDef) position(ref parentRef) token.Pos {
	if len(ref.ids) > 0 {
		return ref.ids[0].pos
	}
	return ref.def.decl.spec.Name.Pos()
}

// inherit gives a table the columns of those above it. One that the struct has a
// field for keeps what the field says of it.
func (s *scanner) inherit(def *tableDef, done map[*tableDef]bool, path []*tableDef) {
	if slices.Contains(path, def) {
		s.fail(def.decl.spec.Name.Pos(), def.decl.name, "", "table %s would have columns from itself", s.shownName(def.Name))
		return
	}
	if done[def] {
		return
	}
	done[def] = true
	var cols []*column
	for _, n := range def.Parents() {
		parent := s.byName[s.nameKey(n)]
		if parent == nil {
			continue
		}
		s.inherit(parent, done, append(path, def))
		for _, c := range parent.cols {
			if slices.ContainsFunc(cols, func(o *column) bool { return o.Name == c.Name }) {
				continue
			}
			if own := s.column(def, c.Name); own != nil {
				// What counts up does so in a table of its own accord.
				own.Inherited = def.PartitionOf != nil || own.Identity == nil && !own.Serial && own.Generated == nil
				own.NotNull = own.NotNull || c.NotNull
				cols = append(cols, own)
				continue
			}
			cols = append(cols, s.handDown(parent, c, def.PartitionOf != nil))
		}
		s.leaveToParent(def, parent)
	}
	for _, c := range def.cols {
		if !slices.Contains(cols, c) {
			cols = append(cols, c)
			if def.PartitionOf != nil && def.PartitionOf.Parent.Local != "" {
				s.failAt(c, c.use.pos, "add the field to the struct of the partitioned table", "a partition has the columns of its table and no others")
			}
		}
	}
	def.cols = cols
}

// handDown is a column as the tables below have it.
func (s *scanner) handDown(parent *tableDef, c *column, partition bool) *column {
	col := *c
	col.Column = c.Column.Clone()
	col.Inherited, col.Was, col.Comment, col.items, col.pk = true, nil, "", nil, false
	if c.Serial {
		seq := schema.Name{Schema: parent.Name.Schema, Local: s.o.Dialect.DerivedName(parent.Name.Local, c.Name, "seq")}
		col.Serial, col.Default = false, "nextval("+s.o.Dialect.Literal(s.o.Dialect.QName(seq))+"::regclass)"
	}
	if !partition {
		col.Identity = nil
	}
	if parent.PrimaryKey != nil && slices.Contains(parent.PrimaryKey.Columns, c.Name) || c.Serial || c.Identity != nil {
		col.NotNull = true
	}
	return &col
}

// leaveToParent takes out of a table what it has from the parent anyway: a struct
// may repeat the fields of the parent's, tags and all.
func (s *scanner) leaveToParent(def, parent *tableDef) {
	def.Checks = without(def.Checks, parent.Checks, func(c schema.Check) any {
		c.Name, c.Derived, c.Comment, c.Pos = "", false, "", schema.Pos{}
		return c
	})
	if def.PartitionOf == nil {
		return
	}
	if parent.PrimaryKey != nil {
		def.PrimaryKey = nil
	}
	def.Uniques = without(def.Uniques, parent.Uniques, func(c schema.Unique) any {
		c.Name, c.Derived, c.Comment, c.Pos = "", false, "", schema.Pos{}
		return c
	})
	def.ForeignKeys = without(def.ForeignKeys, parent.ForeignKeys, func(c schema.ForeignKey) any {
		c.Name, c.Derived, c.Comment, c.Pos = "", false, "", schema.Pos{}
		return c
	})
	def.Exclusions = without(def.Exclusions, parent.Exclusions, func(c schema.Exclusion) any {
		c.Name, c.Derived, c.Comment, c.Pos = "", false, "", schema.Pos{}
		return c
	})
	def.Indexes = without(def.Indexes, parent.Indexes, func(x schema.Index) any {
		x.Name, x.Derived, x.Comment, x.Pos = "", false, "", schema.Pos{}
		return x
	})
}

// without is list without those that are among others, as bare shows them.
func without[T any](list, others []T, bare func(T) any) []T {
	return slices.DeleteFunc(list, func(v T) bool {
		return slices.ContainsFunc(others, func(o T) bool { return reflect.DeepEqual(bare(v), bare(o)) })
	})
}
