package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// A definition is one statement of a file of objects.
type definition struct {
	pos    schema.Pos
	text   string // without the semicolon
	tokens []token
	kind   string // what CREATE makes, as in schema.Object; empty for COMMENT and ALTER
	made   string // the local name of what CREATE makes
	access accessStatement

	was        []former
	args       string // of a routine with a hint, once it is made
	identified bool
}

// is reports whether the tokens from i on are these words.
func (d *definition) is(i int, words ...string) bool {
	for n, w := range words {
		if i+n >= len(d.tokens) || d.tokens[i+n].kind != word || d.tokens[i+n].text != w {
			return false
		}
	}
	return true
}

// splitFile cuts a file at the semicolons that end statements: not those in
// strings, comments, parentheses or the body of BEGIN ATOMIC.
func splitFile(f introspect.SQLFile) []*definition {
	var list []*definition
	var at nesting
	end := func(offset int) {
		if tokens := at.tokens; len(tokens) > 0 {
			begin := tokens[0].begin
			list = append(list, &definition{pos: position(f, begin), text: strings.TrimSpace(f.Text[begin:offset]), tokens: tokens})
		}
		at = nesting{}
	}
	for _, t := range lexWhole(f.Text) {
		if at.add(t) {
			end(t.begin)
		}
	}
	end(len(f.Text))
	return list
}

// A nesting is the statement that is being read.
type nesting struct {
	tokens        []token
	depth, atomic int
}

// add takes the next token, and reports whether that is the semicolon at the
// statement's end.
func (n *nesting) add(t token) (ended bool) {
	switch {
	case t.kind == mark && (t.text == "(" || t.text == "["):
		n.depth++
	case t.kind == mark && (t.text == ")" || t.text == "]"):
		n.depth--
	case t.kind == word && t.text == "atomic" && len(n.tokens) > 0 && n.tokens[len(n.tokens)-1].text == "begin":
		n.atomic++
	case n.atomic > 0 && t.kind == word && t.text == "case":
		n.atomic++
	case n.atomic > 0 && t.kind == word && t.text == "end":
		n.atomic--
	case t.is(";") && n.depth <= 0 && n.atomic == 0:
		return true
	}
	n.tokens = append(n.tokens, t)
	return false
}

// position is where offset stands, in bytes as compilers count.
func position(f introspect.SQLFile, offset int) schema.Pos {
	before := f.Text[:offset]
	line := strings.Count(before, "\n")
	return schema.Pos{File: f.Path, Line: line + 1, Col: offset - strings.LastIndexByte(before, '\n')}
}

// created are the words behind CREATE and what they make.
var created = []struct {
	words []string
	kind  string
}{
	{[]string{"materialized", "view"}, schema.KindMaterializedView},
	{[]string{"recursive", "view"}, schema.KindView},
	{[]string{"view"}, schema.KindView},
	{[]string{"constraint", "trigger"}, schema.KindTrigger},
	{[]string{"trigger"}, schema.KindTrigger},
	{[]string{"function"}, schema.KindFunction},
	{[]string{"procedure"}, schema.KindProcedure},
	{[]string{"aggregate"}, schema.KindAggregate},
	{[]string{"rule"}, schema.KindRule},
	{[]string{"policy"}, schema.KindPolicy},
	{[]string{"statistics"}, schema.KindStatistics},
	{[]string{"domain"}, schema.KindDomain},
	{[]string{"type"}, schema.KindComposite},
	{[]string{"collation"}, schema.KindCollation},
	{[]string{"extension"}, schema.KindExtension},
	{[]string{"publication"}, schema.KindPublication},
	{[]string{"unique", "index"}, schema.KindIndex},
	{[]string{"index"}, schema.KindIndex},
}

// states are what ALTER TABLE may say in a file of objects, behind the name.
var states = [][]string{
	{"enable", "row", "level", "security"}, {"disable", "row", "level", "security"},
	{"force", "row", "level", "security"}, {"no", "force", "row", "level", "security"},
	{"enable", "trigger"}, {"disable", "trigger"}, {"enable", "replica", "trigger"}, {"enable", "always", "trigger"},
	{"enable", "rule"}, {"disable", "rule"}, {"enable", "replica", "rule"}, {"enable", "always", "rule"},
	{"replica", "identity"}, {"cluster", "on"}, {"set", "without", "cluster"},
}

const allowed = "a file of objects may hold CREATE of " +
	"extensions, collations, domains, types, functions, procedures, aggregates, views, materialized views and their indexes, rules, triggers, policies, statistics and publications, " +
	"COMMENT ON and ALTER of these, and ALTER TABLE … ENABLE ROW LEVEL SECURITY, TRIGGER, RULE, REPLICA IDENTITY or CLUSTER ON; " +
	"with privileges = true also GRANT, REVOKE, ALTER DEFAULT PRIVILEGES and ALTER … OWNER TO"

// classify finds out what the statement makes. It returns why the statement
// cannot stand in a file of objects, or "". privileges: they are managed.
func (d *definition) classify(privileges bool) (fault, hint string) {
	if last := d.tokens[len(d.tokens)-1]; last.kind == broken {
		return "a quote or comment that begins with " + head(last.text, 12) + " is not closed", ""
	}
	if kind := d.isAccess(); kind != noAccess {
		return d.classifyAccess(kind, privileges)
	}
	switch {
	case d.is(0, "create"):
		return d.classifyCreate()
	case d.is(0, "comment", "on"):
		return d.classifyComment()
	case d.is(0, "alter", "table"):
		return d.classifyAlterTable()
	case d.is(0, "alter"):
		return d.classifyAlter()
	case d.is(0, "security", "label"):
		return "security labels are not managed", "write them in a revision"
	}
	return "a file of objects cannot hold this statement", allowed
}

func (d *definition) classifyComment() (fault, hint string) {
	switch {
	case d.tableWord(2) && !d.onDomain():
		return "comments on tables and their parts are said in the models", `use the tag key "comment" or a doc comment (docs/tags.md)`
	case d.kindAt(2, "extension", "column", "constraint", "index"):
		return "", ""
	}
	return "gen does not manage what the comment is on", "write it in a revision"
}

// classifyAlterTable refuses all but states of a table, each action by itself.
func (d *definition) classifyAlterTable() (fault, hint string) {
	depth, begins := 0, true
	for i := d.behindName(2); i < len(d.tokens); i++ {
		if begins && !slices.ContainsFunc(states, func(s []string) bool { return d.is(i, s...) }) {
			return "tables are changed in the models, not here", allowed
		}
		switch t := d.tokens[i]; {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		}
		begins = depth == 0 && d.tokens[i].is(",")
	}
	if begins {
		return "tables are changed in the models, not here", allowed
	}
	return "", ""
}

func (d *definition) classifyAlter() (fault, hint string) {
	switch {
	case d.tableWord(1):
		return "tables, sequences and schemas are changed in the models, not here", allowed
	case d.is(1, "extension"):
		return "what an extension is like is said where it is created", "write CREATE EXTENSION … SCHEMA … VERSION …"
	case d.has("depends", "on", "extension"):
		return "that something goes with an extension is not managed", "write it in a revision"
	case d.kindAt(1, "index"):
		return "", ""
	}
	return "gen does not manage what the statement changes", allowed
}

// kindAt reports whether token i names a kind that files of objects say, or one
// of these besides.
func (d *definition) kindAt(i int, besides ...string) bool {
	for _, w := range append(besides, "materialized", "view", "trigger", "function", "procedure", "routine", "aggregate", "rule", "policy",
		"statistics", "domain", "type", "collation", "publication") {
		if d.is(i, w) {
			return true
		}
	}
	return false
}

// onDomain reports whether COMMENT ON CONSTRAINT is about the check of a domain.
func (d *definition) onDomain() bool {
	return d.is(2, "constraint") && d.is(d.behindName(3), "on", "domain")
}

// tableWord reports whether token i names a kind that the models say.
func (d *definition) tableWord(i int) bool {
	for _, w := range []string{"table", "column", "constraint", "sequence", "schema", "index"} {
		if d.is(i, w) {
			// A column or an index may be that of a view; the server tells.
			return w == "table" || w == "constraint" || w == "sequence" || w == "schema"
		}
	}
	return false
}

func (d *definition) classifyCreate() (fault, hint string) {
	i := 1
	if d.is(i, "or", "replace") {
		i += 2
	}
	for _, c := range created {
		if !d.is(i, c.words...) {
			continue
		}
		i += len(c.words)
		if d.is(i, "if", "not", "exists") {
			i += 3
		}
		d.kind = c.kind
		if n := d.behindName(i); n > i {
			d.made = d.tokens[n-1].text
		}
		return "", ""
	}
	what := "this"
	if i < len(d.tokens) {
		what = "CREATE " + strings.ToUpper(d.tokens[i].text)
	}
	if d.is(i, "table") || d.is(i, "sequence") || d.is(i, "schema") {
		return what + " belongs into the models", "tables, sequences and schemas are said by Go structs (docs/tags.md)"
	}
	return "gen does not manage what " + what + " makes", allowed
}

// behindName is the index behind the name that begins at token i: IF EXISTS,
// ONLY, then words with dots between them.
func (d *definition) behindName(i int) int {
	if d.is(i, "if", "exists") {
		i += 2
	}
	if d.is(i, "only") {
		i++
	}
	for i < len(d.tokens) && d.tokens[i].name() {
		i++
		if i >= len(d.tokens) || !d.tokens[i].is(".") {
			break
		}
		i++
	}
	return i
}

// ofModels tells of a statement about what the models say, which would be lost: an
// index on a table of theirs, a comment on a column of one, a change of an index or
// enum. Names without a schema are in first.
func (d *definition) ofModels(want *schema.Database, first string) (fault, hint string) {
	if want == nil {
		return "", ""
	}
	const models = "tables and their parts are changed in the models, not here"
	on := slices.IndexFunc(d.tokens, func(t token) bool { return t.kind == word && t.text == "on" })
	comment := d.is(0, "comment", "on")
	at := 1 // the kind that ALTER or COMMENT ON is about
	if comment {
		at = 2
	}
	name := nameOf(d.parts(at+1), first)
	switch {
	case d.is(0, "create"):
		if d.kind == schema.KindIndex && on > 0 && want.Table(nameOf(d.parts(on+1), first)) != nil {
			return "CREATE INDEX on a table belongs into the models", "write //gen:index at the struct (docs/directives.md)"
		}
	case comment && d.is(at, "column"):
		if parts := d.parts(at + 1); len(parts) > 1 && want.Table(nameOf(parts[:len(parts)-1], first)) != nil {
			return "comments on tables and their parts are said in the models", `use the tag key "comment" or a doc comment (docs/tags.md)`
		}
	case d.is(at, "index") && indexOfModels(want, name):
		return models, `an index has the tag key "index" or //gen:index (docs/directives.md)`
	case d.is(at, "type") && want.Enum(name) != nil:
		return models, "an enum type has //gen:enum and the constants of a Go type (docs/directives.md)"
	}
	return "", ""
}

// indexOfModels reports whether a table of the models has an index of that name, or
// a key, which has one.
func indexOfModels(want *schema.Database, n schema.Name) bool {
	return slices.ContainsFunc(want.Tables, func(t schema.Table) bool {
		return t.Name.Schema == n.Schema &&
			(t.PrimaryKey != nil && t.PrimaryKey.Name == n.Local ||
				slices.ContainsFunc(t.Indexes, func(x schema.Index) bool { return x.Name == n.Local }) ||
				slices.ContainsFunc(t.Uniques, func(u schema.Unique) bool { return u.Name == n.Local }))
	})
}

// parts are the words of the name that begins at token i.
func (d *definition) parts(i int) []string {
	var list []string
	for _, t := range d.tokens[min(i, len(d.tokens)):max(i, d.behindName(i))] {
		if t.name() && !t.is("if") && !t.is("exists") && !t.is("only") {
			list = append(list, t.text)
		}
	}
	return list
}

// nameOf is the name of these parts; without a schema it is in first.
func nameOf(parts []string, first string) schema.Name {
	switch n := len(parts); n {
	case 0:
		return schema.Name{}
	case 1:
		return schema.Name{Schema: first, Local: parts[0]}
	default:
		return schema.Name{Schema: parts[n-2], Local: parts[n-1]}
	}
}

// head is the beginning of a text, in one line.
func head(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > n {
		return string(r[:n]) + "…"
	}
	return text
}
