package diff

import (
	"slices"

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

// Reverse is the plan that leads back.
func (p Plan) Reverse() Plan {
	if p.Back != nil {
		return Plan{From: p.To, To: p.From, Changes: p.Back, Back: p.Changes}
	}
	return Plan{From: p.To, To: p.From, Changes: reversed(p.Changes)}.withAccess()
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
	if err != nil || !slices.ContainsFunc(rebuild.Changes, func(c Change) bool { _, ok := c.(AlterEnum); return !ok }) {
		return p // nothing gives way, or what is in the way holds data
	}
	// All of them at the end, where only schemas, extensions and types are left
	// that are new.
	var back []Change
	at := 0
	for _, c := range reversed(p.Changes) {
		e, ok := c.(AlterEnum)
		if !ok || !onlyForth(e.Reverse().(AlterEnum)) {
			back = append(back, c)
			continue
		}
		if e.From.Comment != e.To.Comment {
			to := e.From
			to.Comment, to.Pos = e.To.Comment, e.To.Pos
			back = append(back, AlterEnum{e.From, to})
		}
		at = len(back)
	}
	p.Back = Plan{From: p.To, To: p.From, Changes: slices.Concat(back[:at], rebuild.Changes, back[at:])}.withAccess().Changes
	return p
}

// onlyForth reports whether the type must be made anew on the way back alone.
func onlyForth(c AlterEnum) bool { return c.OnlyAdds() && !c.Reverse().(AlterEnum).OnlyAdds() }
