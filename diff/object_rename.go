package diff

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// A server follows a rename into the views, triggers and policies that name what
// is renamed, each in its own way: the view's own column keeps its name. What it
// makes of a definition is not known before, so one that still differs from the
// models is not altered behind the rename. It is dropped before, in the words it
// has, and made again after, and both ways are what the server has said itself.

// renameObjects renames in d.have, and notes the objects whose words change.
func (d *differ) renameObjects(from *schema.Database, r Renames) {
	d.have = ApplyRenames(from, r)
	d.former, d.renamed = map[schema.Ref]*schema.Object{}, map[schema.Ref]*schema.Object{}
	d.leaving = map[schema.Name]bool{}
	for _, c := range renameChanges(r) {
		_, goes := mentionable(c)
		for _, n := range goes {
			d.leaving[n] = true
		}
	}
	itself := map[schema.Ref]ObjectRename{}
	for _, o := range r.Objects {
		itself[o.From] = o
	}
	for i := range d.have.Enums {
		d.have.Enums[i].Was = nil
	}
	for i := range d.have.Sequences {
		d.have.Sequences[i].Was = nil
	}
	for i := range d.have.Objects {
		d.have.Objects[i].Was = nil
		now, before := d.have.Objects[i], &from.Objects[i]
		// These are told by the table's name and by nothing else of it.
		if schema.IsState(now.Kind) {
			continue
		}
		if o, ok := itself[before.Ref()]; ok {
			d.renamed[now.Ref()] = before
			alone := before.Clone()
			newRenamer(Renames{Objects: []ObjectRename{o}}).renameInObject(&alone)
			if alone.SQL == now.SQL && slices.Equal(alone.Uses, now.Uses) && slices.Equal(alone.Needs, now.Needs) {
				continue // nothing but its own name: what the server makes of that is known
			}
		}
		if before.SQL != now.SQL || before.Table != now.Table || !slices.Equal(before.Uses, now.Uses) || !slices.Equal(before.Needs, now.Needs) {
			d.former[now.Ref()] = before
		}
	}
	d.have.Sort()
}

// renamedUnder reports whether the object must go before the renames: they change
// its words, and not to those that are wanted.
func (d *differ) renamedUnder(have, want *schema.Object) bool {
	return d.former[have.Ref()] != nil && (have.SQL != want.SQL || !slices.Equal(have.Shape, want.Shape))
}

// dropFirst takes out of the changes, which stand behind the renames, the drops
// that must stand before them: of objects that the renames change, and of what
// depends on these.
func (d *differ) dropFirst(ordered []Change) (first, rest []Change) {
	early := map[schema.Ref]bool{}
	for again := true; again; {
		again = false
		for _, c := range ordered {
			drop, ok := c.(DropObject)
			if !ok || early[drop.Object.Ref()] {
				continue
			}
			needs := slices.ContainsFunc(drop.Object.Needs, func(r schema.Ref) bool { return early[r] })
			says := saysAny(drop.Object, d.leaving) && len(drop.Object.Users) == 0 // its body could not be read on the way back
			if needs || says || d.former[drop.Object.Ref()] != nil {
				early[drop.Object.Ref()], again = true, true
			}
		}
	}
	parted := map[schema.Ref]bool{} // goes under one name and comes under another
	for _, c := range ordered {
		drop, ok := c.(DropObject)
		if !ok || !early[drop.Object.Ref()] {
			rest = append(rest, c)
			continue
		}
		if former := d.former[drop.Object.Ref()]; former != nil {
			if former.Ref() != drop.Object.Ref() && d.renamed[drop.Object.Ref()] != nil {
				drop.Again = false
				parted[drop.Object.Ref()] = true
			}
			drop.Object = *former
		}
		d.checkFree(drop.Object)
		first = append(first, drop)
	}
	for i, c := range rest {
		if made, ok := c.(CreateObject); ok && parted[made.Object.Ref()] {
			rest[i] = CreateObject{Object: made.Object}
		}
	}
	return first, rest
}

// checkFree refuses to drop before the renames what a table needs, because the
// table lets go of it only behind them.
func (d *differ) checkFree(o schema.Object) {
	for _, u := range o.Users {
		if u.Kind != schema.RefOther {
			d.conflict(o.Pos, "rename in one revision, and change the "+o.Kind+" in the next",
				"%s names what is renamed, and table %s cannot be without it", objectName(o), u.Table)
			return
		}
	}
}
