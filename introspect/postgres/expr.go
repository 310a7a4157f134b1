package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// A place is where an expression stands in want, with the expressions of have
// that it may be equal to.
type place struct {
	table  *schema.Table // of want
	have   *schema.Table // nil: new
	kind   exprKind
	column *schema.Column // of a default or generated column
	live   *schema.Column // the same column of have; nil: new
	text   *string        // in want; what settling replaces
	pos    schema.Pos
	object string

	candidates []string // best first
	settled    bool
	invalid    bool // refused by the server
}

type exprKind byte

const (
	defaultExpr exprKind = iota
	generatedExpr
	checkExpr
	predicateExpr
	keyExpr
)

// settleExpressions replaces what is equal, refuses what the server refuses and
// leaves what differs.
func (w *canonizer) settleExpressions(ctx context.Context) error {
	places := w.places()
	var open []*place
	for _, p := range places {
		if !w.memo.balanced(*p.text) {
			w.refuse(p.pos, p.object, fmt.Sprintf("%q is not one expression", *p.text), "check quotes, parentheses and comments")
			continue
		}
		if !p.settleByTokens(w.memo) {
			open = append(open, p)
		}
	}
	if len(open) == 0 || len(w.errs) > 0 {
		return nil
	}
	e := newEnquiry(w)
	for _, p := range open {
		if p.orphaned(w.memo) {
			e.add(p, "")
		}
	}
	// First the likeliest partner, then the rest: few are ever needed twice.
	for _, p := range open {
		var partner string
		if len(p.candidates) > 0 {
			partner = p.candidates[0]
		}
		e.add(p, partner)
	}
	if err := e.ask(ctx); err != nil {
		return err
	}
	for _, p := range open {
		if !p.settled && !p.invalid && len(p.candidates) > 1 {
			for _, partner := range p.candidates[1:] {
				e.add(p, partner)
			}
		}
	}
	// An answer may raise a question of its own, once.
	for e.pending() {
		if err := e.ask(ctx); err != nil {
			return err
		}
	}
	return nil
}

// orphaned reports whether the expression seems to name a column that the models
// no longer have. The live one, which has it, proves nothing then.
func (p *place) orphaned(m memo) bool {
	if p.have == nil || p.kind == defaultExpr {
		return false
	}
	gone := map[string]bool{}
	for i := range p.have.Columns {
		if name := p.have.Columns[i].Name; p.table.Column(name) == nil {
			gone[name] = true
		}
	}
	return m.mentions(*p.text, gone)
}

// settleByTokens settles what needs no server.
func (p *place) settleByTokens(m memo) bool {
	if p.orphaned(m) {
		return false
	}
	for _, live := range p.candidates {
		same := false
		switch p.kind {
		case defaultExpr:
			same = sameDefault(*p.text, live, p.column.Type.Text)
		default:
			same = m.sameTokens(*p.text, live)
		}
		if same {
			p.settle(live)
			return true
		}
	}
	if p.kind == defaultExpr && p.live != nil && elementType(p.live.Type.Text) != elementType(p.column.Type.Text) {
		// Written for another type, the live default may mean the same and still
		// be refused: 'a'::character varying is no default of an enum column.
		p.candidates = nil
	}
	// The user's own parentheses around the whole say nothing.
	if p.kind != defaultExpr {
		*p.text = stripParens(*p.text)
	}
	return false
}

func (p *place) settle(live string) {
	*p.text = live
	p.settled = true
}

// note records an equality that could not be confirmed.
func (w *canonizer) note(p *place, why string) {
	w.notes = append(w.notes, introspect.Note{Pos: p.pos, Object: p.object, Text: "equal by EXPLAIN, unconfirmed: " + why})
}

// balanced reports whether the text can stand in parentheses without reaching
// out of them.
func balanced(text string) bool {
	depth := 0
	tokens := lex(text)
	for _, t := range tokens {
		switch {
		case t.kind == broken:
			// Unicode escapes are lexed by the server alone.
			if !strings.HasPrefix(strings.ToLower(t.text), "u&") {
				return false
			}
			return !strings.ContainsAny(t.text, ";()")
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case t.is(";"):
			return false
		}
		if depth < 0 {
			return false
		}
	}
	if strings.Contains(text, "--") && len(lex(text+" x")) == len(tokens) {
		return false // a comment without end hides the closing parenthesis
	}
	return depth == 0 && len(tokens) > 0
}

// places lists every expression of want.
func (w *canonizer) places() []*place {
	var list []*place
	for i := range w.want.Tables {
		t := &w.want.Tables[i]
		h := w.haveTables[t.Name]
		list = append(list, columnPlaces(t, h)...)
		list = append(list, w.memo.checkPlaces(t, h)...)
		list = append(list, w.memo.indexPlaces(t, h)...)
		list = append(list, w.memo.exclusionPlaces(t, h)...)
	}
	w.leaveRebuilt(list)
	return list
}

// leaveRebuilt takes the partners from expressions about domains that will be of
// another type: the server writes that type into them, so that one which means the
// same today is written otherwise then. Such an expression stays as the user has
// written it, and is given anew.
func (w *canonizer) leaveRebuilt(list []*place) {
	domains := map[schema.Name]bool{}
	for _, o := range w.want.Objects {
		if h := w.haveObjects[o.Ref()]; o.Kind == schema.KindDomain && h != nil && !slices.Equal(h.Shape, o.Shape) {
			domains[o.Name] = true
		}
	}
	if len(domains) == 0 {
		return
	}
	for _, p := range list {
		about := map[string]bool{}
		for n := range domains {
			about[n.Local] = true
		}
		for _, c := range p.table.Columns {
			if domains[c.Type.Ref] {
				about[c.Name] = true
			}
		}
		if p.kind == defaultExpr && domains[p.column.Type.Ref] || w.memo.mentions(*p.text, about) {
			p.candidates = slices.DeleteFunc(slices.Clone(p.candidates), func(live string) bool { return live != *p.text })
		}
	}
}

// objectName calls an object of the table by name, where it has one.
func objectName(kind, name string, t *schema.Table) string {
	if name == "" {
		return kind + " of " + t.Name.String()
	}
	return kind + " " + name + " of " + t.Name.String()
}

func columnPlaces(t, h *schema.Table) []*place {
	var list []*place
	for i := range t.Columns {
		c := &t.Columns[i]
		var live *schema.Column
		if h != nil {
			live = h.Column(c.Name)
		}
		p := &place{table: t, have: h, column: c, live: live, pos: c.Pos, object: "column " + t.Name.String() + "." + c.Name}
		switch {
		case c.Default != "":
			p.kind, p.text = defaultExpr, &c.Default
			p.object += ": default"
			if live != nil && live.Default != "" {
				p.candidates = []string{live.Default}
			}
		case c.Generated != nil:
			p.kind, p.text = generatedExpr, &c.Generated.Expr
			p.object += ": generated"
			if live != nil && live.Generated != nil {
				p.candidates = []string{live.Generated.Expr}
			}
		default:
			continue
		}
		list = append(list, p)
	}
	return list
}

// A named is an expression of have with the name of what it belongs to.
type named struct{ name, text string }

// candidates are the texts to compare with, best first: token for token the
// same, of the same name, of the same skeleton, the others.
func (m memo) candidates(name, text string, live []named) []string {
	var ranked [4][]string
	seen := map[string]bool{}
	add := func(rank int, text string) {
		if !seen[text] {
			seen[text] = true
			ranked[rank] = append(ranked[rank], text)
		}
	}
	for _, n := range live {
		if n.text == text {
			return []string{text}
		}
	}
	for _, n := range live {
		if name != "" && n.name == name {
			add(1, n.text)
		}
	}
	for _, n := range live {
		if seen[n.text] || len(live) == 1 {
			add(3, n.text)
			continue
		}
		bone, ok := m.skeleton(text)
		other, fine := m.skeleton(n.text)
		switch {
		case m.sameTokens(n.text, text):
			add(0, n.text)
		case ok && fine && other == bone:
			add(2, n.text)
		default:
			add(3, n.text)
		}
	}
	return slices.Concat(ranked[0], ranked[1], ranked[2], ranked[3])
}

func (m memo) checkPlaces(t, h *schema.Table) []*place {
	if len(t.Checks) == 0 {
		return nil
	}
	var live []named
	if h != nil {
		for _, c := range h.Checks {
			live = append(live, named{c.Name, c.Expr})
		}
	}
	var list []*place
	for i := range t.Checks {
		c := &t.Checks[i]
		list = append(list, &place{
			table: t, have: h, kind: checkExpr, text: &c.Expr, pos: c.Pos,
			object: objectName("check", c.Name, t), candidates: m.candidates(c.Name, c.Expr, live),
		})
	}
	return list
}

func (m memo) indexPlaces(t, h *schema.Table) []*place {
	var list []*place
	var keys, predicates []named
	if h != nil {
		for _, x := range h.Indexes {
			for i, k := range x.Keys {
				if k.Expr != "" {
					keys = append(keys, named{fmt.Sprintf("%s %d", x.Name, i), k.Expr})
				}
			}
			if x.Where != "" {
				predicates = append(predicates, named{x.Name, x.Where})
			}
		}
	}
	for i := range t.Indexes {
		x := &t.Indexes[i]
		object := objectName("index", x.Name, t)
		for j := range x.Keys {
			if k := &x.Keys[j]; k.Expr != "" {
				list = append(list, &place{
					table: t, have: h, kind: keyExpr, text: &k.Expr, pos: x.Pos, object: object,
					candidates: m.candidates(fmt.Sprintf("%s %d", x.Name, j), k.Expr, keys),
				})
			}
		}
		if x.Where != "" {
			list = append(list, &place{
				table: t, have: h, kind: predicateExpr, text: &x.Where, pos: x.Pos, object: object + ": where",
				candidates: m.candidates(x.Name, x.Where, predicates),
			})
		}
	}
	return list
}

func (m memo) exclusionPlaces(t, h *schema.Table) []*place {
	var list []*place
	var keys, predicates []named
	if h != nil {
		for _, x := range h.Exclusions {
			for i, e := range x.Elements {
				if e.Key.Expr != "" {
					keys = append(keys, named{fmt.Sprintf("%s %d", x.Name, i), e.Key.Expr})
				}
			}
			if x.Where != "" {
				predicates = append(predicates, named{x.Name, x.Where})
			}
		}
	}
	for i := range t.Exclusions {
		x := &t.Exclusions[i]
		object := objectName("exclusion constraint", x.Name, t)
		for j := range x.Elements {
			if k := &x.Elements[j].Key; k.Expr != "" {
				list = append(list, &place{
					table: t, have: h, kind: keyExpr, text: &k.Expr, pos: x.Pos, object: object,
					candidates: m.candidates(fmt.Sprintf("%s %d", x.Name, j), k.Expr, keys),
				})
			}
		}
		if x.Where != "" {
			list = append(list, &place{
				table: t, have: h, kind: predicateExpr, text: &x.Where, pos: x.Pos, object: object + ": where",
				candidates: m.candidates(x.Name, x.Where, predicates),
			})
		}
	}
	return list
}
