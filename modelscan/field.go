package modelscan

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A column is a field on its way to become a column, with what its tag says
// about the table.
type column struct {
	schema.Column
	use *fieldUse
	typ gotype

	pk      bool
	pkOrder int // 0: not given
	pkPos   token.Pos
	items   []item

	enum *schema.Enum // the enum type of the column, or of its elements
}

func (c *column) sym() string { return c.use.sym() }

// at is the position of an item of the column's tag.
func (s *scanner) at(c *column, it item) schema.Pos { return s.l.pos(it.pos, c.sym()) }

// failAt reports a mistake in the column's tag.
func (s *scanner) failAt(c *column, p token.Pos, hint, format string, args ...any) {
	s.fail(p, c.sym(), hint, "field %s: "+format, append([]any{c.sym()}, args...)...)
}

// cannot reports what the dialect lacks.
func (s *scanner) cannot(c *column, it item, what string) {
	other := "pg"
	if s.postgres() {
		other = "sqlite"
	}
	s.failAt(c, it.pos, "write "+it.key+"@"+other+" to say it to "+productNames[map[string]string{"pg": "postgres"}[other]]+" alone", "%s %s", s.productName(), what)
}

// buildTables makes columns of fields, and constraints and indexes of tags
// and directives.
func (s *scanner) buildTables() {
	for _, def := range s.tables {
		if def.gorm != nil {
			s.gormTable(def)
			continue
		}
		if def.fill != nil {
			def.fill()
			continue
		}
		s.columns(def)
		s.ormWarning(def)
		s.keys(def)
	}
	s.addEnums()
}

func (s *scanner) columns(def *tableDef) {
	for _, f := range s.flatten(def) {
		c := s.buildColumn(def, f)
		if first := s.column(def, c.Name); first != nil {
			s.probs.add(c.Pos, "name one of them with db:\"…\" or leave it out with gen:\"-\"",
				"field %s: column %s of table %s is declared twice, first by %s at %s", c.sym(), c.Name, s.shownName(def.Name), first.sym(), first.Pos)
			continue
		}
		def.cols = append(def.cols, c)
	}
	if len(def.cols) == 0 {
		s.fail(def.decl.spec.Name.Pos(), def.decl.name, "exported fields are columns", "table %s has no columns", s.shownName(def.Name))
	}
}

// ormWarning says that tags of ORMs are not read: a column may have more to
// it than gen sees.
func (s *scanner) ormWarning(def *tableDef) {
	warn := func(f *ast.Field, n *fieldNotes, owner string) bool {
		if len(n.tag.orms) == 0 {
			return false
		}
		s.ormTagWarning(s.l.pos(f.Tag.Pos(), owner), owner, n.tag.orms[0])
		return true
	}
	for _, f := range def.node.Fields.List {
		if warn(f, s.fieldNotes(f, def.decl.name), def.decl.name) {
			return
		}
	}
	for _, c := range def.cols {
		if warn(c.use.node, c.use.notes, c.use.owner) {
			return
		}
	}
}

func (s *scanner) ormTagWarning(pos schema.Pos, owner, orm string) {
	switch {
	case orm == "xorm" && s.o.Xorm == nil:
		s.probs.warn(pos, "write [xorm] into gen.toml to read them, or say in gen tags what the table needs",
			"struct %s: xorm tags are not read without [xorm] in gen.toml", owner)
	case orm == "xorm":
		s.probs.warn(pos, "add it to models of [xorm], or leave it out with //gen:ignore",
			"struct %s has xorm tags and is none of the models of [xorm]: its xorm tags are not read", owner)
	case orm == "bun":
		s.bunTagWarning(pos, owner)
	case orm != "gorm":
		s.probs.warn(pos, "say in gen tags what the table needs, or leave the struct out with //gen:ignore",
			"struct %s: %s tags are not read by this version of gen", owner, orm)
	case s.o.Gorm == nil:
		s.probs.warn(pos, "write [gorm] into gen.toml to read them, or say in gen tags what the table needs",
			"struct %s: gorm tags are not read without [gorm] in gen.toml", owner)
	default:
		s.probs.warn(pos, "add it to models of [gorm], or leave it out with //gen:ignore",
			"struct %s has gorm tags and is none of the models of [gorm]: its gorm tags are not read", owner)
	}
}

// backfill is for columns whose values the server does not make itself.
func (s *scanner) backfill(c *column, it item) {
	for _, other := range c.items {
		if other.key == "generated" || other.key == "identity" || other.key == "serial" {
			s.failAt(c, it.pos, "leave one of them out", "backfill and %s: the server gives every row its value by itself", other.key)
		}
	}
	c.Backfill = outerParens(it.value).s
}

func (s *scanner) buildColumn(def *tableDef, f *fieldUse) *column {
	c := &column{use: f, items: f.notes.items}
	c.Pos = s.l.pos(f.pos, f.sym())
	c.Name = s.columnName(c)
	c.typ = s.l.resolve(f.node.Type, f.scope)
	for _, it := range c.items {
		switch it.key {
		case "null", "notnull":
		case "pk":
			c.pk, c.pkPos = true, it.pos
			if it.value.s != "" {
				c.pkOrder = s.number(c, it, 1, 1600)
			}
		case "default":
			s.columnDefault(c, it)
		case "generated":
			c.Generated = &schema.Generated{Expr: outerParens(it.value).s}
		case "collate":
			s.collation(c, it)
		case "storage":
			c.Storage = s.word(c, it, "plain", "external", "extended", "main")
		case "compression":
			c.Compression = s.word(c, it, "pglz", "lz4")
		case "statistics":
			n := s.number(c, it, 0, 10000)
			c.Statistics = &n
		case "backfill":
			s.backfill(c, it)
		case "was":
			parts, _ := it.value.split(',') // the whole tag was checked for its quotes
			for _, old := range parts {
				c.Was = append(c.Was, s.cut(plainName(old.trim().s)))
			}
		}
	}
	s.columnType(def, c)
	s.enumDefault(c)
	s.momentDefault(c)
	s.autoValue(c)
	s.nullability(c)
	s.defaultOf(c)
	s.comment(c)
	return c
}

// columnName is that of the db tag, else of column:, else made of the field's.
func (s *scanner) columnName(c *column) string {
	f := c.use
	name := f.notes.tag.db
	it := f.notes.item("column")
	switch {
	case it != nil && name != "" && it.value.s != name:
		s.failAt(c, it.pos, "let both say the same", "column:%s disagrees with db:%q", it.value.s, name)
	case it != nil:
		name = it.value.s
	case name == "":
		if f.notes.tag.hasDB {
			s.probs.warn(s.l.pos(f.notes.tag.dbPos, c.sym()), "name the column: db:\"name\"; or leave the db tag out", "field %s: a db tag without a name: sqlx, scany and pgx find no column for it", c.sym())
		}
		name = s.mapName(f.name)
	}
	name = s.cut(f.prefix + name)
	switch {
	case name == "":
		s.failAt(c, f.pos, "", "the name of the column is empty")
	case s.postgres() && slices.Contains(systemColumns, name):
		s.failAt(c, f.pos, `name the column otherwise: db:"…"`, "PostgreSQL has a system column named %s in every table", name)
	}
	return name
}

// plainName is a name without the double quotes that it may stand in where it
// holds a comma, a semicolon or a quote.
func plainName(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	return strings.ReplaceAll(s[1:len(s)-1], `""`, `"`)
}

// systemColumns are those of PostgreSQL's manual, §5.6.
var systemColumns = []string{"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"}

// number reads a whole number between low and high.
func (s *scanner) number(c *column, it item, low, high int) int {
	n, err := strconv.Atoi(it.value.s)
	if err != nil || n < low || n > high {
		s.failAt(c, it.value.pos(), "", "%s must be a whole number between %d and %d, not %s", it.key, low, high, it.value.s)
		return low
	}
	return n
}

// word reads one of the words, in any case.
func (s *scanner) word(c *column, it item, words ...string) string {
	w := strings.ToLower(strings.Join(strings.Fields(it.value.s), " "))
	if slices.Contains(words, w) {
		return w
	}
	s.failAt(c, it.value.pos(), didYouMean(w, words, "write one of: "+strings.Join(words, ", ")), "unknown %s %q", it.key, it.value.s)
	return ""
}

func (s *scanner) collation(c *column, it item) {
	sp := newSQLParser(it.value, func(n string) string { return n })
	if s.postgres() {
		sp.fold = foldASCII
	}
	ids := sp.qualified("the name of the collation")
	sp.end()
	if sp.bad != nil {
		s.failAt(c, sp.bad.pos, "", "collate: %s", sp.bad.what)
		return
	}
	c.Collation = schema.Name{Local: ids[len(ids)-1].name}
	if len(ids) == 2 {
		c.Collation.Schema = ids[0].name
	}
}

// bareWords are words that stand for a value without quotes.
var bareWords = map[string]bool{
	"true": true, "false": true, "null": true,
	"current_timestamp": true, "current_date": true, "current_time": true, "localtime": true, "localtimestamp": true,
	"current_user": true, "session_user": true, "current_role": true, "user": true, "current_catalog": true, "current_schema": true, "system_user": true,
}

// columnDefault takes the expression as it stands. A bare word is no
// expression of any product but for a few: it is text that lacks its quotes.
func (s *scanner) columnDefault(c *column, it item) {
	expr := outerParens(it.value)
	toks := sqlTokens(expr)
	if len(toks) == 1 && toks[0].kind == tokWord {
		w := toks[0].s
		quote := "quote it: default:'" + expr.s + "'"
		switch {
		case w == "null":
			return // no default
		case !bareWords[w]:
			s.failAt(c, it.value.pos(), quote, "default %s is a bare word", expr.s)
			return
		case (w == "true" || w == "false") && stringKind(c.typ) && c.use.notes.item("type") == nil:
			s.failAt(c, it.value.pos(), quote, "default %s is a bare word on a string column", expr.s)
			return
		}
	}
	if len(toks) > 1 && !slices.ContainsFunc(toks, func(t tok) bool { return t.kind != tokWord || sqlWord[t.s] }) {
		s.failAt(c, it.value.pos(), "quote it: default:'"+expr.s+"'", "default %s is no expression", expr.s)
		return
	}
	if s.sqlite() && len(toks) > 1 && toks[0].s == "now" && toks[1].s == "(" {
		s.failAt(c, it.value.pos(), "write default@sqlite:CURRENT_TIMESTAMP beside it", "SQLite has no function now()")
		return
	}
	c.Default = expr.s
}

// enumDefault checks that a default that is a plain string is a value of the
// column's enum.
func (s *scanner) enumDefault(c *column) {
	if c.enum == nil || strings.HasSuffix(c.Type.Text, "[]") {
		return
	}
	toks := sqlTokens(text{s: c.Default})
	if len(toks) == 1 && toks[0].kind == tokString && !slices.Contains(c.enum.Values, toks[0].s) {
		it := c.use.notes.item("default")
		s.failAt(c, it.value.pos(), didYouMean(toks[0].s, c.enum.Values, "values are "+strings.Join(c.enum.Values, ", ")), "default %s is no value of enum %s", c.Default, c.enum.Name.Local)
	}
}

// momentDefault refuses default:'now' of a date or a time: PostgreSQL takes it
// for the moment when the table is made, which is hardly meant, and the database
// would differ from the models ever after.
func (s *scanner) momentDefault(c *column) {
	toks := sqlTokens(text{s: c.Default})
	if !s.postgres() || len(toks) == 0 || toks[0].kind != tokString {
		return
	}
	if t := c.Type.Text; !strings.HasPrefix(t, "timestamp") && !strings.HasPrefix(t, "date") && !strings.HasPrefix(t, "time ") {
		return
	}
	instead := map[string]string{
		"now": "now()", "today": "current_date", "tomorrow": "current_date + 1", "yesterday": "current_date - 1",
	}[strings.ToLower(strings.TrimSpace(toks[0].s))]
	if instead != "" {
		it := c.use.notes.item("default")
		s.failAt(c, it.value.pos(), "write default:"+instead, "default %s is the moment the table is made", c.Default)
	}
}

// sqlWord are words that can join two others in an expression.
var sqlWord = map[string]bool{
	"and": true, "or": true, "not": true, "is": true, "at": true, "in": true, "like": true, "ilike": true, "between": true,
	"collate": true, "case": true, "operator": true, "similar": true, "isnull": true, "notnull": true, "overlaps": true,
	"current_timestamp": true, "current_date": true, "localtimestamp": true, "current_time": true, "localtime": true,
}

// autoValue reads identity, serial and autoincrement.
func (s *scanner) autoValue(c *column) {
	it := c.use.notes.item("identity")
	if it == nil {
		if it = c.use.notes.item("serial"); it == nil {
			it = c.use.notes.item("autoincrement")
		}
	}
	if it == nil {
		return
	}
	for _, bad := range []string{"default", "generated", "null"} {
		if bad == "null" && s.postgres() && it.key != "identity" {
			continue // serial is NOT NULL by itself only
		}
		if c.use.notes.item(bad) != nil {
			s.failAt(c, c.use.notes.item(bad).pos, "", "%s cannot stand beside %s", bad, it.key)
			c.Default, c.Generated = "", nil
		}
	}
	if s.sqlite() {
		s.sqliteAuto(c, *it)
		return
	}
	if !integerTypes[c.Type.Text] {
		if c.Type.Text != "" {
			s.failAt(c, it.pos, "", "%s needs a column of type smallint, integer or bigint, not %s", it.key, c.Type.Text)
		}
		return
	}
	if it.key != "identity" {
		c.Serial = true
		return
	}
	c.Identity = &schema.Identity{}
	switch strings.ToLower(it.value.s) {
	case "":
	case "always":
		c.Identity.Always = true
	default:
		s.failAt(c, it.value.pos(), "write identity or identity:always", "unknown identity %q", it.value.s)
	}
	s.identityOptions(c, *it)
}

var integerTypes = map[string]bool{"smallint": true, "integer": true, "bigint": true}

func (s *scanner) identityOptions(c *column, it item) {
	o := &c.Identity.Options
	for _, opt := range it.opts {
		key, value, _ := strings.Cut(opt.s, "=")
		if key == "cycle" {
			o.Cycle = true
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
		targets := map[string]**int64{"start": &o.Start, "increment": &o.Increment, "min": &o.Min, "max": &o.Max, "cache": &o.Cache}
		target := targets[key]
		switch {
		case target == nil:
			s.failAt(c, opt.pos(), didYouMean(key, []string{"start", "increment", "min", "max", "cache", "cycle"}, "options are start, increment, min, max, cache and cycle"), "unknown option %s of identity", key)
		case err != nil:
			s.failAt(c, opt.pos(), "", "option %s of identity must be a whole number", key)
		default:
			*target = &n
		}
	}
}

// sqliteAuto: only a single integer primary key counts up by itself in
// SQLite; whether it is one is seen when all columns are known.
func (s *scanner) sqliteAuto(c *column, it item) {
	if it.value.s != "" || len(it.opts) > 0 {
		s.cannot(c, it, "has no options for keys that count up")
		return
	}
	c.Autoincrement = it.key == "autoincrement"
}

// nullability: the tag before the Go type; a key is never null in PostgreSQL,
// and a serial column is not unless the tag says so.
func (s *scanner) nullability(c *column) {
	null, not := c.use.notes.item("null"), c.use.notes.item("notnull")
	c.NotNull = not != nil || null == nil && !c.typ.null
	if s.postgres() && (c.pk || c.Identity != nil || c.Serial && null == nil) {
		if null != nil && c.pk {
			s.failAt(c, null.pos, "", "a column of the primary key cannot be null")
		}
		c.NotNull = true
	}
}

// defaultOf checks what excludes a default.
func (s *scanner) defaultOf(c *column) {
	virtual := c.use.notes.item("virtual")
	if c.Generated == nil {
		if virtual != nil {
			s.failAt(c, virtual.pos, "write generated:expression;virtual", "virtual without generated")
		}
		return
	}
	c.Generated.Virtual = virtual != nil
	if it := c.use.notes.item("default"); it != nil {
		s.failAt(c, it.pos, "", "a generated column has no default")
		c.Default = ""
	}
}

// comment takes the tag's text, or the Go comment where the tag or the
// options ask for it. SQLite has no place for comments.
func (s *scanner) comment(c *column) {
	it := c.use.notes.item("comment")
	if s.sqlite() || it == nil && !s.o.CommentsFromDoc {
		return
	}
	if it != nil && it.value.s != "" {
		c.Comment = it.value.s
		return
	}
	c.Comment = docText(c.use.node.Doc, c.use.node.Comment)
	if it != nil && c.Comment == "" {
		s.failAt(c, it.pos, "write comment:text", "comment without text, and the field has no comment")
	}
}
