package postgres

import (
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
	for _, t := range lex(f.Text) {
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
		if d.tableWord(2) && !d.onDomain() {
			return "comments on tables and their parts are said in the models", `use the tag key "comment" or a doc comment (docs/tags.md)`
		}
		return "", ""
	case d.is(0, "alter", "table"):
		i := d.behindName(2)
		for _, s := range states {
			if d.is(i, s...) {
				return "", ""
			}
		}
		return "tables are changed in the models, not here", allowed
	case d.is(0, "alter"):
		if d.tableWord(1) {
			return "tables, sequences and schemas are changed in the models, not here", allowed
		}
		return "", ""
	case d.is(0, "security", "label"):
		return "security labels are not managed", "write them in a revision"
	}
	return "a file of objects cannot hold this statement", allowed
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

// head is the beginning of a text, in one line.
func head(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > n {
		return string(r[:n]) + "…"
	}
	return text
}
