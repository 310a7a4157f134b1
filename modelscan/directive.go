package modelscan

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// A directive is one //gen: line, or an item of a marker field's tag, which
// means the same.
type directive struct {
	name    string
	product string // after @; "" for all
	args    text
	pos     token.Pos // of the name
}

// typeNotes are the directives on a type.
type typeNotes struct {
	list  []directive // those that speak to the dialect at hand
	table bool        // it has directives that only tables have
}

func (n *typeNotes) first(name string) *directive {
	for i := range n.list {
		if n.list[i].name == name {
			return &n.list[i]
		}
	}
	return nil
}

// where a directive may stand.
type place int

const (
	onStruct place = iota
	onType         // a named type that is no table
	onPackage
)

// A directiveRule is a row of the table of directives.
type directiveRule struct {
	place  place
	repeat bool
	later  string // not managed by this version: the hint
}

const byHand = "write it into a revision by hand (gen revision -m …); gen check lists it as unmanaged and leaves it alone"

var directiveRules = map[string]directiveRule{
	"table":   {place: onStruct},
	"was":     {place: onStruct},
	"pk":      {place: onStruct, repeat: true},
	"index":   {place: onStruct, repeat: true},
	"unique":  {place: onStruct, repeat: true},
	"check":   {place: onStruct, repeat: true},
	"fk":      {place: onStruct, repeat: true},
	"exclude": {place: onStruct, repeat: true},
	"comment": {place: onStruct},
	"ignore":  {place: onStruct},

	"enum": {place: onType},
	"type": {place: onType},

	"schema":   {place: onPackage},
	"sequence": {place: onPackage, repeat: true},

	"partition": {place: onStruct, repeat: true},
	"inherits":  {place: onStruct},

	"rls":       {place: onStruct, repeat: true, later: byHand},
	"policy":    {place: onStruct, repeat: true, later: byHand},
	"trigger":   {place: onStruct, repeat: true, later: byHand},
	"view":      {place: onStruct, repeat: true, later: byHand},
	"grant":     {place: onStruct, repeat: true, later: byHand},
	"rule":      {place: onStruct, repeat: true, later: byHand},
	"domain":    {place: onType, repeat: true, later: byHand},
	"composite": {place: onType, repeat: true, later: byHand},
	"extension": {place: onPackage, repeat: true, later: "create it in a revision written by hand: CREATE EXTENSION IF NOT EXISTS …"},
	"function":  {place: onPackage, repeat: true, later: byHand},
	"procedure": {place: onPackage, repeat: true, later: byHand},
	"aggregate": {place: onPackage, repeat: true, later: byHand},
	"collation": {place: onPackage, repeat: true, later: byHand},
}

// ofEnums are the directives on structs that //gen:enum has as well.
var ofEnums = map[string]bool{"comment": true, "was": true}

func directiveNames() []string {
	var names []string
	for n := range directiveRules {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// parseDirective reads a comment line; ok is false when it is none of ours.
func parseDirective(c *ast.Comment) (directive, bool) {
	rest, ok := strings.CutPrefix(c.Text, "//gen:")
	if !ok {
		return directive{}, false
	}
	whole := text{s: rest, base: c.Slash + token.Pos(len("//gen:"))}
	end := strings.IndexAny(rest, " \t")
	if end < 0 {
		end = len(rest)
	}
	d := directive{pos: whole.pos(), args: whole.sub(end, len(rest)).trim()}
	d.name, d.product, _ = strings.Cut(rest[:end], "@")
	return d, true
}

// notes reads the directives above a type. Mistakes in them are reported
// once, for types of the model packages only.
func (s *scanner) notes(t *typeDecl) *typeNotes {
	if t.read != nil {
		return t.read
	}
	n := &typeNotes{}
	t.read = n
	var all []directive
	for _, g := range t.doc {
		for _, c := range g.List {
			if d, ok := parseDirective(c); ok {
				s.attached[c.Slash] = true
				all = append(all, d)
			}
		}
	}
	_, isStruct := stripParens(t.spec.Type).(*ast.StructType)
	report := t.file.pkg.model
	n.list = s.filter(all, report, t.name, func(d directive, r directiveRule) string {
		switch {
		case r.place == onPackage:
			return "belongs above the package clause, not on a type"
		case ofEnums[d.name] && slices.ContainsFunc(all, func(o directive) bool { return o.name == "enum" }):
			return ""
		case r.place == onStruct && !isStruct && r.later == "":
			if ofEnums[d.name] {
				return "belongs on a struct or an enum"
			}
			return "belongs on a struct"
		}
		return ""
	})
	for _, d := range n.list {
		if directiveRules[d.name].place == onStruct && d.name != "ignore" {
			n.table = true
		}
	}
	return n
}

// filter drops what speaks to other products and what must be refused, and
// resolves directive@product against directive where only one may stand.
func (s *scanner) filter(all []directive, report bool, sym string, misplaced func(directive, directiveRule) string) []directive {
	var list []directive
	for _, d := range all {
		rule, ok := directiveRules[d.name]
		mine, known := s.speaksToUs(d.product)
		switch {
		case !ok:
			if report {
				s.fail(d.pos, sym, didYouMean(d.name, directiveNames(), "directives are "+strings.Join(directiveNames(), ", ")), "unknown directive //gen:%s", d.name)
			}
			continue
		case !known:
			if report {
				s.fail(d.pos, sym, "products are pg, mysql and sqlite", "directive //gen:%s@%s: unknown product %s", d.name, d.product, d.product)
			}
			continue
		case !mine:
			continue
		}
		if why := misplaced(d, rule); why != "" {
			if report {
				s.fail(d.pos, sym, "", "directive //gen:%s %s", d.name, why)
			}
			continue
		}
		if rule.later != "" {
			if report {
				s.fail(d.pos, sym, rule.later, "//gen:%s is not managed yet by this version of gen", d.name)
			}
			continue
		}
		list = append(list, d)
	}
	return s.singles(list, report, sym)
}

// singles keeps one of each directive that may stand once: the one for the
// product before the one for all.
func (s *scanner) singles(list []directive, report bool, sym string) []directive {
	var out []directive
	for _, d := range list {
		i := slices.IndexFunc(out, func(o directive) bool { return o.name == d.name })
		if i < 0 || directiveRules[d.name].repeat {
			out = append(out, d)
			continue
		}
		switch {
		case (out[i].product == "") == (d.product == ""):
			if report {
				s.fail(d.pos, sym, "", "directive //gen:%s stands twice", d.name)
			}
		case d.product != "":
			out[i] = d
		}
	}
	return out
}

// speaksToUs reports whether key@product is about the dialect at hand, and
// whether the product exists.
func (s *scanner) speaksToUs(product string) (mine, known bool) {
	switch product {
	case "":
		return true, true
	case "pg", "postgres", "postgresql":
		return s.o.Dialect.Name == "postgres", true
	case "sqlite", "sqlite3":
		return s.o.Dialect.Name == "sqlite", true
	case "mysql", "mariadb":
		return s.o.Dialect.Name == product, true
	}
	return false, false
}

// packageNotes reads the directives above the package clauses of a package,
// file by file.
func (s *scanner) packageNotes(p *pkg) []directive {
	var all []directive
	for _, f := range p.files {
		if f.ast == nil {
			continue
		}
		for _, g := range f.ast.Comments {
			if g.Pos() >= f.ast.Package {
				break
			}
			for _, c := range g.List {
				if d, ok := parseDirective(c); ok {
					s.attached[c.Slash] = true
					all = append(all, d)
				}
			}
		}
	}
	return s.filter(all, true, p.name, func(_ directive, r directiveRule) string {
		if r.place != onPackage {
			return "belongs on a type, right above it"
		}
		return ""
	})
}

// stray reports directives that stand where nobody reads them, and comments
// that would be directives but for a space.
func (s *scanner) stray(p *pkg) {
	for _, f := range p.files {
		if f.ast == nil {
			continue
		}
		for _, g := range f.ast.Comments {
			for _, c := range g.List {
				s.strayComment(f.ast, c)
			}
		}
	}
}

func (s *scanner) strayComment(f *ast.File, c *ast.Comment) {
	if s.attached[c.Slash] || len(c.Text) < len("//gen:") || c.Text[1] != '/' {
		return
	}
	if strings.HasPrefix(c.Text, "//gen:") {
		d, _ := parseDirective(c)
		if fn := functionAround(f, c.Slash); fn != "" {
			s.inFunction(d, fn)
			return
		}
		s.fail(d.pos, "", "put it right above the type, with no empty line between", "directive //gen:%s belongs to no type", d.name)
		return
	}
	rest, ok := strings.CutPrefix(strings.TrimLeft(c.Text[2:], " \t"), "gen:")
	if !ok {
		return
	}
	name, _, _ := strings.Cut(rest, " ")
	name, _, _ = strings.Cut(name, "@")
	if _, ok := directiveRules[name]; ok {
		s.fail(c.Slash, "", "write //gen:"+name+" without a space", "this comment is not a directive because of the space after //")
	}
}

// functionAround names the function of a declaration that pos stands in; it is
// empty outside of functions.
func functionAround(f *ast.File, pos token.Pos) string {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Body != nil && d.Body.Pos() < pos && pos < d.Body.End() {
				return "function " + d.Name.Name
			}
		case *ast.GenDecl:
			if d.Tok == token.VAR && d.Pos() < pos && pos < d.End() {
				return "a function" // a literal
			}
		}
	}
	return ""
}

// inFunction reports a directive in the body of a function. What has no name
// of ours is passed over: the body is not ours to judge.
func (s *scanner) inFunction(d directive, function string) {
	if _, ok := directiveRules[d.name]; ok {
		s.fail(d.pos, "", "move the type out of the function, to the top level of its package",
			"directive //gen:%s stands inside %s: types in there are no models", d.name, function)
	}
}
