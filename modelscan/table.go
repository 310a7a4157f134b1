package modelscan

import (
	"go/ast"
	"go/constant"
	"go/token"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/modelscan/gorm"
	"github.com/gen-migrate/gen/schema"
)

// A tableDef is a struct on its way to become a table.
type tableDef struct {
	decl  *typeDecl
	node  *ast.StructType
	notes []directive // directives and the items of the marker field
	cols  []*column
	schema.Table
	named   bool // the name was chosen by the user
	toast   []toastOption
	parents []parentRef
	refs    []*pendingRef
	gorm    *gorm.Table // of models of GORM
	fill    func()      // makes columns, keys and constraints of a model of another ORM
}

// A toastOption is a storage parameter of the table's TOAST table.
type toastOption struct {
	name string
	pos  token.Pos
}

// column finds a column by name; SQLite's names match in any case.
func (s *scanner) column(t *tableDef, name string) *column {
	for _, c := range t.cols {
		if c.Name == name || s.sqlite() && strings.EqualFold(c.Name, name) {
			return c
		}
	}
	return nil
}

func (t *tableDef) columnNames() []string {
	names := make([]string, len(t.cols))
	for i, c := range t.cols {
		names[i] = c.Name
	}
	return names
}

// markerKeys are the directives a marker field can hold.
var markerKeys = []string{"table", "was", "pk", "index", "unique", "check", "fk", "exclude", "comment", "ignore"}

// marker reads the tag of a field `_ struct{}` as directives.
func (s *scanner) marker(st *ast.StructType, t *typeDecl) []directive {
	for _, f := range st.Fields.List {
		if !isMarker(f) {
			continue
		}
		tag, bad := parseTag(f.Tag)
		if bad != nil {
			s.fail(bad.pos, t.name, "", "marker field of %s: %s", t.name, bad.what)
			return nil
		}
		if !tag.has {
			continue
		}
		items, bad := tagItems(tag.gen)
		if bad != nil {
			s.fail(bad.pos, t.name, "", "marker field of %s: %s", t.name, bad.what)
			return nil
		}
		var list []directive
		for _, it := range items {
			if !slices.Contains(markerKeys, it.key) {
				s.fail(it.pos, t.name, didYouMean(it.key, markerKeys, "a marker field takes "+strings.Join(markerKeys, ", ")), "marker field of %s: unknown key %s", t.name, it.key)
				continue
			}
			args := it.value
			if len(it.opts) > 0 { // the commas belong to the directive
				last := it.opts[len(it.opts)-1]
				args = tag.gen.sub(offsetIn(tag.gen, args), offsetIn(tag.gen, last)+len(last.s))
			}
			list = append(list, directive{name: it.key, product: it.product, args: args, pos: it.pos})
		}
		return s.filter(list, true, t.name, func(directive, directiveRule) string { return "" })
	}
	return nil
}

func isMarker(f *ast.Field) bool {
	return len(f.Names) == 1 && f.Names[0].Name == "_" && f.Tag != nil && strings.Contains(f.Tag.Value, "gen:")
}

func hasMarker(st *ast.StructType) bool { return slices.ContainsFunc(st.Fields.List, isMarker) }

// offsetIn is where the part of a text begins in it.
func offsetIn(whole, part text) int {
	for i := range len(whole.s) {
		if whole.at(i) == part.pos() {
			return i
		}
	}
	return len(whole.s)
}

// addTable reads name and options of a table.
func (s *scanner) addTable(t *typeDecl, st *ast.StructType, notes []directive, method *method) {
	def := &tableDef{decl: t, node: st, notes: s.singles(notes, true, t.name)}
	def.Pos = s.l.pos(t.spec.Name.Pos(), t.name)
	def.Name = schema.Name{Schema: s.schemaOf(t.file.pkg), Local: s.cut(plural(s.mapName(t.name)))}
	for _, d := range def.notes {
		if d.name == "table" {
			s.tableDirective(def, d)
		}
	}
	s.tableMethod(def, method)
	for _, d := range def.notes {
		switch d.name {
		case "was":
			s.wasDirective(def, d)
		case "comment":
			s.tableComment(def, d)
		case "ignore":
			return
		}
	}
	if s.o.CommentsFromDoc && def.Comment == "" && !s.sqlite() {
		def.Comment = docText(t.doc...)
	}
	if first := s.byName[s.nameKey(def.Name)]; first != nil {
		s.fail(t.spec.Name.Pos(), t.name, "give one of them another name with //gen:table, or leave one out with //gen:ignore",
			"table %s is declared twice, first by %s at %s", s.shownName(def.Name), first.decl.name, first.Pos)
		return
	}
	s.byName[s.nameKey(def.Name)] = def
	s.byType[t] = def
	s.byGoName[t.name] = append(s.byGoName[t.name], def)
	s.tables = append(s.tables, def)
	s.useSchema(def.Name.Schema, def.Pos)
}

// nameKey is what two names have in common when the product takes them for
// the same.
func (s *scanner) nameKey(n schema.Name) schema.Name {
	if s.sqlite() {
		n.Local = strings.ToLower(n.Local)
	}
	return n
}

// shownName leaves out the default schema.
func (s *scanner) shownName(n schema.Name) string {
	if n.Schema == s.o.DefaultSchema {
		return n.Local
	}
	return n.String()
}

// tableMethod takes the name from a TableName method, the struct's own or one
// of a struct it embeds.
func (s *scanner) tableMethod(def *tableDef, m *method) {
	own := m != nil
	if m == nil && !def.named {
		m = s.promotedTableName(def.node, scope{file: def.decl.file}, 0)
	}
	if m == nil {
		return
	}
	name, ok := s.constantReturn(m)
	if !ok {
		if !def.named {
			s.fail(m.decl.Name.Pos(), def.decl.name, "name the table with //gen:table", "method %s.TableName does not return a constant", def.decl.name)
		}
		return
	}
	n := schema.Name{Schema: s.schemaOf(def.decl.file.pkg), Local: name}
	if before, local, found := strings.Cut(name, "."); found && !s.sqlite() {
		n = schema.Name{Schema: before, Local: local}
	}
	n.Local = s.cut(n.Local)
	if def.named {
		if own && n != def.Name {
			s.fail(m.decl.Name.Pos(), def.decl.name, "let both say the same", "method %s.TableName says %s, //gen:table says %s", def.decl.name, s.shownName(n), s.shownName(def.Name))
		}
		return
	}
	def.Name, def.named = n, true
}

// promotedTableName looks for the method in embedded structs, level by level.
func (s *scanner) promotedTableName(st *ast.StructType, sc scope, depth int) *method {
	if depth > maxDepth {
		return nil
	}
	type level struct {
		st *ast.StructType
		sc scope
	}
	var next []level
	for _, f := range st.Fields.List {
		if len(f.Names) > 0 {
			continue
		}
		typ := s.l.resolve(f.Type, sc)
		if typ.form != structForm || len(typ.chain) == 0 {
			continue
		}
		d := typ.chain[0]
		if m := s.l.method(d.file.pkg, d.name, "TableName"); m != nil && isTableName(m.decl) {
			return m
		}
		next = append(next, level{typ.structure.node, typ.structure.scope})
	}
	for _, n := range next {
		if m := s.promotedTableName(n.st, n.sc, depth+1); m != nil {
			return m
		}
	}
	return nil
}

// constantReturn is the string that a method made of one return statement
// returns.
func (s *scanner) constantReturn(m *method) (string, bool) {
	if m.decl.Body == nil || len(m.decl.Body.List) != 1 {
		return "", false
	}
	ret, ok := m.decl.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return "", false
	}
	v := s.l.constOf(ret.Results[0], m.file, 0, 0)
	if v.Kind() != constant.String || constant.StringVal(v) == "" {
		return "", false
	}
	return constant.StringVal(v), true
}

// Words of //gen:table, by the product they speak to. They stand on one line
// for all products, so what is another's is passed over.
var (
	postgresTableWords = map[string]bool{"unlogged": true}
	sqliteTableWords   = map[string]bool{"strict": true, "without_rowid": true}
	mysqlTableOptions  = map[string]bool{"engine": true, "charset": true, "collate": true, "row_format": true, "key_block_size": true, "auto_increment": true}
)

// postgresTableOptions are the storage parameters of CREATE TABLE in
// PostgreSQL 13 to 18; those marked exist for the TOAST table as well.
var postgresTableOptions = map[string]bool{
	"fillfactor": false, "toast_tuple_target": false, "parallel_workers": false, "user_catalog_table": false,
	"autovacuum_enabled": true, "vacuum_index_cleanup": true, "vacuum_truncate": true, "log_autovacuum_min_duration": true,
	"autovacuum_vacuum_threshold": true, "autovacuum_vacuum_max_threshold": true, "autovacuum_vacuum_scale_factor": true,
	"autovacuum_vacuum_insert_threshold": true, "autovacuum_vacuum_insert_scale_factor": true,
	"autovacuum_analyze_threshold": false, "autovacuum_analyze_scale_factor": false,
	"autovacuum_vacuum_cost_delay": true, "autovacuum_vacuum_cost_limit": true,
	"autovacuum_freeze_min_age": true, "autovacuum_freeze_max_age": true, "autovacuum_freeze_table_age": true,
	"autovacuum_multixact_freeze_min_age": true, "autovacuum_multixact_freeze_max_age": true, "autovacuum_multixact_freeze_table_age": true,
	"vacuum_max_eager_freeze_failure_rate": true,
}

func tableWords() []string {
	var list []string
	for _, m := range []map[string]bool{postgresTableWords, sqliteTableWords, mysqlTableOptions, postgresTableOptions} {
		for w := range m {
			list = append(list, w)
		}
	}
	slices.Sort(list)
	return list
}

// tableDirective reads [schema.]name and the words and options behind it.
func (s *scanner) tableDirective(def *tableDef, d directive) {
	sp := newSQLParser(d.args, s.fold)
	if t := sp.peek(); t.kind == tokIdent || t.kind == tokWord && !isTableWord(t.s) && !sp.optionNext() {
		if ids := sp.qualified("the name of the table"); sp.bad == nil {
			if name, ok := s.objectName(ids, def.decl.file.pkg, def.decl.name, "table"); ok {
				def.Name, def.named = name, true
			}
		}
	}
	for !sp.done() {
		s.tableWord(def, sp)
	}
	s.badSQL(sp.bad, def.decl.name, "directive //gen:table")
}

func isTableWord(w string) bool {
	return w == "using" || postgresTableWords[w] || sqliteTableWords[w]
}

// optionNext reports whether name = or name.name = follows.
func (p *sqlParser) optionNext() bool {
	at := p.at + 1
	if at+1 < len(p.toks) && p.toks[at].s == "." {
		at += 2
	}
	return at < len(p.toks) && p.toks[at].s == "=" && p.toks[at].kind == tokPunct
}

func (s *scanner) tableWord(def *tableDef, sp *sqlParser) {
	if sp.optionNext() {
		s.tableOption(def, sp)
		return
	}
	word := sp.ident("an option")
	switch {
	case sp.bad != nil:
	case !word.quoted && foldASCII(word.raw) == "using":
		if method := sp.ident("the access method"); sp.bad == nil && s.postgres() {
			def.Method = method.name
		}
	case word.quoted || !isTableWord(foldASCII(word.raw)):
		hint := didYouMean(foldASCII(word.raw), tableWords(), "options are using method, unlogged, strict, without_rowid and storage parameters such as fillfactor=90")
		s.fail(word.pos, def.decl.name, hint, "directive //gen:table: unknown word %s", word.raw)
	case s.postgres():
		def.Unlogged = def.Unlogged || foldASCII(word.raw) == "unlogged"
	case s.sqlite():
		def.Strict = def.Strict || foldASCII(word.raw) == "strict"
		def.WithoutRowid = def.WithoutRowid || foldASCII(word.raw) == "without_rowid"
	}
}

func (s *scanner) tableOption(def *tableDef, sp *sqlParser) {
	var parts []string
	pos := sp.t.at(sp.peek().i)
	for _, id := range sp.qualified("an option") {
		parts = append(parts, foldASCII(id.raw))
	}
	name := strings.Join(parts, ".")
	sp.acceptPunct("=")
	value := sp.optionValue()
	plain, toast := strings.CutPrefix(name, "toast.")
	onToast, ours := postgresTableOptions[plain]
	switch {
	case sp.bad != nil:
	case mysqlTableOptions[name]:
	case !ours || toast && !onToast:
		s.fail(pos, def.decl.name, didYouMean(name, tableWords(), "see the storage parameters of CREATE TABLE in PostgreSQL's manual"), "directive //gen:table: unknown option %s", name)
	case s.postgres():
		if slices.ContainsFunc(def.Options, func(o schema.Option) bool { return o.Name == name }) {
			s.fail(pos, def.decl.name, "", "directive //gen:table: option %s stands twice", name)
			return
		}
		def.Options = append(def.Options, schema.Option{Name: name, Value: value})
		if toast {
			def.toast = append(def.toast, toastOption{name, pos})
		}
	}
}

// toastOptions reports parameters that the server would take and forget, to be
// a difference in every comparison from then on. It waits until all else is
// right: a mistake may have cost the very column that makes the TOAST table.
func (s *scanner) toastOptions() {
	if len(s.probs.errs) > 0 {
		return
	}
	for _, def := range s.tables {
		if len(def.toast) > 0 && !dialect.NeedsToast(def.Columns) {
			s.fail(def.toast[0].pos, def.decl.name, "leave it out", "directive //gen:table: %s has no effect: PostgreSQL gives table %s no TOAST table, as its rows are always short", def.toast[0].name, def.Name)
		}
	}
}

// optionValue reads the value of a storage parameter; booleans in the
// server's spelling.
func (p *sqlParser) optionValue() string {
	var b strings.Builder
	if p.isPunct("-") {
		b.WriteString("-")
		p.at++
	}
	t := p.peek()
	switch t.kind {
	case tokNumber, tokWord, tokString, tokIdent:
		p.at++
	default:
		p.fail("the value of an option is missing")
		return ""
	}
	b.WriteString(t.s)
	switch v := b.String(); v {
	case "on", "yes":
		return "true"
	case "off", "no":
		return "false"
	default:
		return v
	}
}

func (s *scanner) wasDirective(def *tableDef, d directive) {
	def.Was = append(def.Was, s.formerNames(d, def.Name.Schema, def.decl.file.pkg, def.decl.name, "table")...)
}

// formerNames reads //gen:was. A name without a schema is in the one given.
func (s *scanner) formerNames(d directive, in string, p *pkg, sym, what string) []schema.Name {
	parts, bad := d.args.split(',')
	if s.badSQL(bad, sym, "directive //gen:was") {
		return nil
	}
	var list []schema.Name
	for _, part := range parts {
		sp := newSQLParser(part.trim(), s.fold)
		ids := sp.qualified("the earlier name of the " + what)
		sp.end()
		if s.badSQL(sp.bad, sym, "directive //gen:was") {
			return list
		}
		if name, ok := s.objectName(ids, p, sym, what); ok {
			if len(ids) == 1 {
				name.Schema = in
			}
			list = append(list, name)
		}
	}
	return list
}

func (s *scanner) tableComment(def *tableDef, d directive) {
	if s.sqlite() { // SQLite has no place for comments
		return
	}
	def.Comment = d.args.s
	if def.Comment != "" {
		return
	}
	if def.Comment = docText(def.decl.doc...); def.Comment == "" {
		s.fail(d.pos, def.decl.name, "write //gen:comment and the text", "//gen:comment without text on %s, which has no doc comment", def.decl.name)
	}
}
