package diff

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A Plan is a list of changes together with the states it leads between. It
// is all a renderer needs.
type Plan struct {
	From, To schema.Database // From.Unmanaged lives on in To
	Changes  []Change        // in the order to execute
	// Back are the changes of the way back where they are not Changes reversed.
	// Whoever edits Changes sets it to nil.
	Back []Change
}

// Reverse is the plan that leads back. There is none where an AlterEnum has a NoBack.
func (p Plan) Reverse() Plan {
	if p.Back != nil {
		return Plan{From: p.To, To: p.From, Changes: p.Back, Back: p.Changes}
	}
	back, _ := backward(p.Changes)
	return Plan{From: p.To, To: p.From, Changes: back}.withAccess()
}

// backward is the way back: the changes reversed, but that the body of a routine
// which says names that come back with the renames comes behind these. The server
// reads it when the routine is replaced. moved: there is one.
func backward(changes []Change) (back []Change, moved bool) {
	back = reversed(changes)
	last := -1
	names := map[schema.Name]bool{}
	for i, c := range back {
		if isRename(c) {
			last = i
			comes, _ := mentionable(c)
			for _, n := range comes {
				names[n] = true
			}
		}
	}
	var now, then []Change
	for _, c := range back[:last+1] {
		if a, ok := c.(AlterObject); ok && saysAny(a.To, names) {
			then = append(then, c)
		} else {
			now = append(now, c)
		}
	}
	return slices.Concat(now, then, back[last+1:]), len(then) > 0
}

// saysAny reports whether the text of the routine's body has one of the names.
func saysAny(o schema.Object, names map[schema.Name]bool) bool {
	return slices.ContainsFunc(bodyNames(o), func(n schema.Name) bool { return names[n] })
}

func reversed(changes []Change) []Change {
	back := make([]Change, 0, len(changes))
	for _, c := range slices.Backward(changes) {
		back = append(back, c.Reverse())
	}
	return back
}

// withBack adds Plan.Back. A value is added to an enum while everything that
// shows the enum stays; it is taken away by making the type anew, and then what
// shows it must give way for a moment, as on any way forth.
func (p Plan) withBack() Plan {
	if back, moved := backward(p.Changes); moved {
		p.Back = Plan{From: p.To, To: p.From, Changes: back}.withAccess().Changes
	}
	between := schema.Clone(&p.From)
	adds := false
	for _, c := range p.Changes {
		if e, ok := c.(AlterEnum); ok && onlyForth(e) {
			if b := between.Enum(e.From.Name); b != nil {
				b.Values, adds = e.To.Values, true
			}
		}
	}
	if !adds {
		return p
	}
	rebuild, err := Diff(between, &p.From, Renames{})
	if err != nil {
		return p.withoutBack()
	}
	if !slices.ContainsFunc(rebuild.Changes, func(c Change) bool { _, ok := c.(AlterEnum); return !ok }) {
		return p // nothing gives way
	}
	// All of them at the end, where only schemas, extensions and types are left
	// that are new.
	var back []Change
	at := 0
	reverse, _ := backward(p.Changes)
	for _, c := range reverse {
		e, ok := c.(AlterEnum)
		if !ok || !onlyForth(e.Reverse().(AlterEnum)) {
			back = append(back, c)
			continue
		}
		if e.From.Comment != e.To.Comment {
			to := e.From
			to.Comment, to.Pos = e.To.Comment, e.To.Pos
			back = append(back, AlterEnum{From: e.From, To: to})
		}
		at = len(back)
	}
	p.Back = Plan{From: p.To, To: p.From, Changes: slices.Concat(back[:at], rebuild.Changes, back[at:])}.withAccess().Changes
	return p
}

// withoutBack says of each enum why its values stay: something is in the way of
// making the type anew that cannot give way.
func (p Plan) withoutBack() Plan {
	p.Changes = slices.Clone(p.Changes)
	for i, c := range p.Changes {
		e, ok := c.(AlterEnum)
		if !ok || !onlyForth(e) {
			continue
		}
		between := schema.Clone(&p.From)
		if b := between.Enum(e.From.Name); b != nil {
			b.Values = e.To.Values
			if _, err := Diff(between, &p.From, Renames{}); err != nil {
				e.NoBack = strings.ReplaceAll(err.Error(), "\n", "; ")
				p.Changes[i] = e
			}
		}
	}
	return p
}

// onlyForth reports whether the type must be made anew on the way back alone.
func onlyForth(c AlterEnum) bool { return c.OnlyAdds() && !c.Reverse().(AlterEnum).OnlyAdds() }
