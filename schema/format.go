package schema

import (
	"strconv"
	"strings"
)

// Format returns d as stable text for people and golden files. It looks like
// SQL and is not: every field that is not zero is in it, in one order, and two
// databases that differ in any field have different texts. Lists are printed
// in the order they have; see [Database.Sort]. Positions follow as comments.
//
//	table public.users
//	  id bigint not null identity always (increment 1)
//	  email character varying(320) not null        -- user.go:9:2 User.Email
//	  primary key users_pkey (id)
//	  unique users_email_key (email)
func Format(d *Database) string {
	var p printer
	for _, s := range d.Schemas {
		p.words("schema", ident(s.Name))
		p.text("comment", s.Comment)
		p.end(s.Pos)
	}
	for _, e := range d.Enums {
		p.enum(e)
	}
	for _, s := range d.Sequences {
		p.sequence(s)
	}
	for _, t := range d.Tables {
		p.table(t)
	}
	for _, o := range d.Objects {
		p.object("object", o)
	}
	for _, a := range d.Access {
		p.access(a)
	}
	if d.Reader != "" {
		p.words("reader", d.Reader)
		p.end(Pos{})
	}
	if d.NamesNotNull {
		p.words("names not null")
		p.end(Pos{})
	}
	for _, o := range d.Unmanaged {
		p.object("unmanaged", o)
	}
	return p.b.String()
}

// A printer writes words with a space between them, and lines.
type printer struct {
	b      strings.Builder
	indent string
	inLine bool
}

// words writes those that are not empty.
func (p *printer) words(words ...string) {
	for _, w := range words {
		if w == "" {
			continue
		}
		if p.inLine {
			p.b.WriteByte(' ')
		} else {
			p.b.WriteString(p.indent)
		}
		p.inLine = true
		p.b.WriteString(w)
	}
}

// flag writes word where on.
func (p *printer) flag(on bool, word string) {
	if on {
		p.words(word)
	}
}

// text writes key and the quoted value unless the value is empty.
func (p *printer) text(key, value string) {
	if value != "" {
		p.words(key, lit(value))
	}
}

// expr writes key and the expression in parentheses unless it is empty.
func (p *printer) expr(key, sql string) {
	if sql != "" {
		p.words(key, paren(sql))
	}
}

// list writes key and the identifiers in parentheses unless there are none.
func (p *printer) list(key string, names []string) {
	if len(names) == 0 {
		return
	}
	p.words(key, "("+join(names, ident)+")")
}

func (p *printer) end(at Pos) {
	if at != (Pos{}) {
		p.words("--", at.File+":"+strconv.Itoa(at.Line)+":"+strconv.Itoa(at.Col), at.Sym)
	}
	p.b.WriteByte('\n')
	p.inLine = false
}

func (p *printer) enum(e Enum) {
	p.words("enum", qname(e.Name), "("+join(e.Values, lit)+")")
	p.text("comment", e.Comment)
	p.formers(e.Was)
	p.end(e.Pos)
}

func (p *printer) sequence(s Sequence) {
	p.words("sequence", qname(s.Name))
	p.flag(s.Unlogged, "unlogged")
	p.words(sequenceOptions(s.Options))
	if s.OwnedBy != (ColumnRef{}) {
		p.words("owned by", columnRef(s.OwnedBy))
	}
	p.text("comment", s.Comment)
	p.formers(s.Was)
	p.end(s.Pos)
}

func sequenceOptions(o SequenceOptions) string {
	var parts []string
	if o.Type != "" {
		parts = append(parts, "as "+o.Type)
	}
	number := func(key string, n *int64) {
		if n != nil {
			parts = append(parts, key+" "+strconv.FormatInt(*n, 10))
		}
	}
	number("start", o.Start)
	number("increment", o.Increment)
	number("min", o.Min)
	number("max", o.Max)
	number("cache", o.Cache)
	if o.Cycle {
		parts = append(parts, "cycle")
	}
	return strings.Join(parts, " ")
}

func (p *printer) object(word string, o Object) {
	p.words(word, lit(o.Kind), qname(o.Name))
	p.text("args", o.Args)
	if !o.Table.IsZero() {
		p.words("on", qname(o.Table))
	}
	p.text("sql", o.SQL)
	if len(o.Shape) > 0 {
		p.words("shape", "("+join(o.Shape, lit)+")")
	}
	p.words(options("facets", o.Facets))
	p.text("comment", o.Comment)
	if len(o.Grants) > 0 {
		p.words("grants", "("+join(o.Grants, lit)+")")
	}
	if len(o.Uses) > 0 {
		p.words("uses", "("+join(o.Uses, columnRef)+")")
	}
	if len(o.Needs) > 0 {
		p.words("needs", "("+join(o.Needs, ref)+")")
	}
	if len(o.Users) > 0 {
		p.words("users", "("+join(o.Users, ref)+")")
	}
	p.formers(o.Was)
	p.end(o.Pos)
}

// formers are earlier names, and where they are told.
func (p *printer) formers(was []Former) {
	for _, f := range was {
		p.words("was", qname(f.Name))
		if f.Told {
			p.words("(" + lit(f.Args) + ")")
		}
		if f.Pos != (Pos{}) {
			p.words("at", f.Pos.File+":"+strconv.Itoa(f.Pos.Line)+":"+strconv.Itoa(f.Pos.Col), f.Pos.Sym)
		}
	}
}

func (p *printer) access(a Access) {
	p.words("access", ref(a.On))
	if a.Of != (ColumnRef{}) {
		p.words("of", columnRef(a.Of))
	}
	if a.Owner != "" {
		p.words("owner", a.Owner)
	}
	p.end(a.Pos)
	p.indent = "  "
	for _, g := range a.Grants {
		p.words(g.String())
		p.end(Pos{})
	}
	p.indent = ""
}

func ref(r Ref) string {
	var p printer
	p.words(lit(r.Kind), qname(r.Name))
	p.text("args", r.Args)
	if !r.Table.IsZero() {
		p.words("on", qname(r.Table))
	}
	return p.b.String()
}

func (p *printer) table(t Table) {
	p.words("table", qname(t.Name))
	p.text("partition by", t.PartitionBy)
	p.flag(t.OpenPartitions, "open")
	if of := t.PartitionOf; of != nil {
		p.words("partition of", qname(of.Parent))
		p.words(lit(of.Bound))
		if len(of.Attached) > 0 {
			p.words("attached", "("+join(of.Attached, func(a Attached) string { return ident(a.Parent) + " as " + ident(a.Name) })+")")
		}
	}
	if len(t.Inherits) > 0 {
		p.words("inherits", "("+join(t.Inherits, qname)+")")
	}
	p.text("using", t.Method)
	p.flag(t.Unlogged, "unlogged")
	p.flag(t.Strict, "strict")
	p.flag(t.WithoutRowid, "without rowid")
	p.words(options("with", t.Options))
	p.text("comment", t.Comment)
	if len(t.Was) > 0 {
		p.words("was", "("+join(t.Was, qname)+")")
	}
	p.end(t.Pos)
	p.indent = "  "
	for _, c := range t.Columns {
		p.column(c)
	}
	if t.PrimaryKey != nil {
		p.constraint(*t.PrimaryKey)
	}
	for _, c := range t.Uniques {
		p.constraint(c)
	}
	for _, c := range t.ForeignKeys {
		p.constraint(c)
	}
	for _, c := range t.Checks {
		p.constraint(c)
	}
	for _, c := range t.Exclusions {
		p.constraint(c)
	}
	for _, x := range t.Indexes {
		p.index(x)
	}
	p.indent = ""
}

func (p *printer) column(c Column) {
	p.words(ident(c.Name), c.Type.Text)
	if !c.Type.Ref.IsZero() {
		p.words("of", qname(c.Type.Ref))
	}
	if !c.Collation.IsZero() {
		p.words("collate", qname(c.Collation))
	}
	p.flag(c.NotNull, "not null")
	if n := c.NotNullConstraint; n != nil {
		p.words("not null constraint", ident(n.Name))
		p.flag(n.NotValid, "not valid")
		p.flag(n.NoInherit, "no inherit")
		p.text("comment", n.Comment)
	}
	p.expr("default", c.Default)
	p.flag(c.Serial, "serial")
	p.flag(c.Inherited, "inherited")
	if id := c.Identity; id != nil {
		p.words("identity")
		p.flag(id.Always, "always")
		if o := sequenceOptions(id.Options); o != "" {
			p.words("(" + o + ")")
		}
	}
	if g := c.Generated; g != nil {
		p.words("generated", paren(g.Expr))
		p.flag(g.Virtual, "virtual")
	}
	p.flag(c.Autoincrement, "autoincrement")
	p.words(label("storage", c.Storage), label("compression", c.Compression))
	if c.Statistics != nil {
		p.words("statistics", strconv.Itoa(*c.Statistics))
	}
	p.text("comment", c.Comment)
	if c.Backfill != "" {
		p.words("backfill", paren(c.Backfill))
	}
	p.list("was", c.Was)
	p.end(c.Pos)
}

func (p *printer) constraint(c Constraint) {
	switch c := c.(type) {
	case PrimaryKey:
		p.name("primary key", c.Name, c.Derived)
		p.columns(c.Columns)
		p.flag(c.WithoutOverlaps, "without overlaps")
		p.list("include", c.Include)
		p.deferrable(c.Deferrable, c.Deferred)
		p.text("comment", c.Comment)
	case Unique:
		p.name("unique", c.Name, c.Derived)
		p.columns(c.Columns)
		p.flag(c.WithoutOverlaps, "without overlaps")
		p.list("include", c.Include)
		p.flag(c.NullsNotDistinct, "nulls not distinct")
		p.deferrable(c.Deferrable, c.Deferred)
		p.text("comment", c.Comment)
	case ForeignKey:
		p.name("foreign key", c.Name, c.Derived)
		p.columns(c.Columns)
		p.words("references", qname(c.RefTable))
		p.columns(c.RefColumns)
		p.flag(c.Period, "period")
		p.flag(c.MatchFull, "match full")
		p.words(label("on delete", string(c.OnDelete)))
		p.list("set", c.SetColumns)
		p.words(label("on update", string(c.OnUpdate)))
		p.deferrable(c.Deferrable, c.Deferred)
		p.flag(c.NotValid, "not valid")
		p.flag(c.NotEnforced, "not enforced")
		p.text("comment", c.Comment)
	case Check:
		p.name("check", c.Name, c.Derived)
		p.words(paren(c.Expr))
		p.flag(c.NoInherit, "no inherit")
		p.flag(c.NotValid, "not valid")
		p.flag(c.NotEnforced, "not enforced")
		p.text("comment", c.Comment)
	case Exclusion:
		p.name("exclude", c.Name, c.Derived)
		p.words("using", c.Method, "("+join(c.Elements, exclusionElement)+")")
		p.list("include", c.Include)
		p.expr("where", c.Where)
		p.deferrable(c.Deferrable, c.Deferred)
		p.text("comment", c.Comment)
	}
	p.end(c.ConstraintPos())
}

// formatConstraint is the line of one constraint.
func formatConstraint(c Constraint) string {
	var p printer
	p.constraint(c)
	return p.b.String()
}

func (p *printer) index(x Index) {
	p.flag(x.Unique, "unique")
	p.name("index", x.Name, x.Derived)
	p.words(label("using", x.Method), "("+join(x.Keys, indexKey)+")")
	p.list("include", x.Include)
	p.flag(x.NullsNotDistinct, "nulls not distinct")
	p.words(options("with", x.Options))
	p.expr("where", x.Where)
	p.text("comment", x.Comment)
	p.end(x.Pos)
}

// name writes the kind of an object and its name where it has one.
func (p *printer) name(kind, name string, derived bool) {
	p.words(kind)
	if name != "" {
		p.words(ident(name))
	}
	p.flag(derived, "derived")
}

func (p *printer) columns(names []string) { p.words("(" + join(names, ident) + ")") }

func (p *printer) deferrable(deferrable, deferred bool) {
	p.flag(deferrable, "deferrable")
	p.flag(deferred, "initially deferred")
}

func exclusionElement(e ExclusionElement) string {
	return indexKey(e.Key) + " with " + e.Operator
}

func indexKey(k IndexKey) string {
	var p printer
	if k.Column != "" {
		p.words(ident(k.Column))
	}
	if k.Expr != "" {
		p.words(paren(k.Expr))
	}
	if !k.Collation.IsZero() {
		p.words("collate", qname(k.Collation))
	}
	if !k.Opclass.IsZero() {
		p.words("class", qname(k.Opclass))
	}
	p.words(options("options", k.OpclassOptions))
	p.flag(k.Desc, "desc")
	p.flag(k.NullsFirst, "nulls first")
	if k.Statistics != nil {
		p.words("statistics", strconv.Itoa(*k.Statistics))
	}
	return p.b.String()
}

func options(key string, list []Option) string {
	if len(list) == 0 {
		return ""
	}
	return key + " (" + join(list, func(o Option) string { return ident(o.Name) + "=" + lit(o.Value) }) + ")"
}

// label is key and value, or nothing where there is no value.
func label(key, value string) string {
	if value == "" {
		return ""
	}
	return key + " " + value
}

func columnRef(c ColumnRef) string { return qname(c.Table) + "." + ident(c.Column) }

func qname(n Name) string {
	if n.Schema == "" {
		return ident(n.Local)
	}
	return ident(n.Schema) + "." + ident(n.Local)
}

// ident quotes whatever is not plain lower case, so that a name never looks
// like two words.
func ident(s string) string {
	for i, c := range s {
		switch {
		case c >= 'a' && c <= 'z', c == '_', c >= '0' && c <= '9' && i > 0:
		default:
			return strconv.Quote(s)
		}
	}
	if s == "" {
		return `""`
	}
	return s
}

// lit quotes a text; one with control characters as Go does, so that it stays
// on its line.
func lit(s string) string {
	for _, c := range s {
		if c < ' ' || c == 0x7f {
			return strconv.Quote(s)
		}
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// paren puts an expression in parentheses; one of several lines is quoted, so
// that it stays on its line.
func paren(sql string) string {
	if strings.ContainsAny(sql, "\r\n") {
		sql = strconv.Quote(sql)
	}
	return "(" + sql + ")"
}

func join[T any](list []T, text func(T) string) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = text(v)
	}
	return strings.Join(parts, ", ")
}
