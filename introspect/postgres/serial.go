package postgres

import (
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// A serial column and a column whose default draws from a sequence of its own
// can be one thing in two words. Models may use either; the catalog says
// "serial" of what serial makes (see isSerial) and the long form of all else,
// and here the models are put into the words that the catalog has.

// serialName is the name that serial gives its sequence (ChooseRelationName).
func serialName(table schema.Name, column string) schema.Name {
	return schema.Name{Schema: table.Schema, Local: pg.DerivedName(table.Local, column, "seq")}
}

// settleSerials must come when types and sequence options are canonical and
// before defaults are compared.
func (w *canonizer) settleSerials() {
	haveOwned, wantOwned := ownedSequences(w.have), ownedSequences(w.want)
	declared, folded := sequenceNames(w.want), map[schema.Name]bool{}
	for i := range w.want.Tables {
		t := &w.want.Tables[i]
		have := w.haveTables[t.Name]
		if have == nil {
			continue
		}
		for j := range t.Columns {
			c := &t.Columns[j]
			live := have.Column(c.Name)
			if live == nil {
				continue
			}
			at := schema.ColumnRef{Table: t.Name, Column: c.Name}
			switch {
			case c.Serial && !live.Serial && live.Default != "" && c.Pos.IsValid(): // of a database serial has said the name
				for _, s := range haveOwned[at] {
					if !declared[s.Name] && isPlainSerial(s, live.Type.Text) && draws(live.Default, s.Name) {
						w.unfold(c, live, s)
					}
				}
			case live.Serial && !c.Serial && c.Default != "":
				for _, s := range wantOwned[at] {
					if s.Name == serialName(t.Name, c.Name) && isPlainSerial(s, c.Type.Text) && draws(c.Default, s.Name) &&
						s.Comment == "" && (!s.Unlogged || t.Unlogged) {
						c.Serial, c.Default = true, ""
						folded[s.Name] = true
					}
				}
			}
		}
	}
	w.want.Sequences = slices.DeleteFunc(w.want.Sequences, func(s schema.Sequence) bool { return folded[s.Name] })
}

// unfold writes a serial column of the models as the default and the sequence
// that the database has for it. Its type follows that of the column.
func (w *canonizer) unfold(c, live *schema.Column, s schema.Sequence) {
	c.Serial, c.Default = false, live.Default
	s.Options, s.Pos = schema.SequenceOptions{}, c.Pos
	fillSequence(&s.Options, c.Type.Text)
	w.want.Sequences = append(w.want.Sequences, s)
}

func sequenceNames(db *schema.Database) map[schema.Name]bool {
	names := make(map[schema.Name]bool, len(db.Sequences))
	for _, s := range db.Sequences {
		names[s.Name] = true
	}
	return names
}

func ownedSequences(db *schema.Database) map[schema.ColumnRef][]schema.Sequence {
	owned := map[schema.ColumnRef][]schema.Sequence{}
	for _, s := range db.Sequences {
		if s.OwnedBy != (schema.ColumnRef{}) {
			owned[s.OwnedBy] = append(owned[s.OwnedBy], s)
		}
	}
	return owned
}

// isPlainSerial reports whether the sequence counts as that of a serial column
// of the type does.
func isPlainSerial(s schema.Sequence, typ string) bool {
	var plain schema.SequenceOptions
	fillSequence(&plain, typ)
	o := s.Options
	return o.Type == plain.Type && *o.Start == *plain.Start && *o.Increment == *plain.Increment && *o.Min == *plain.Min &&
		*o.Max == *plain.Max && *o.Cache == *plain.Cache && !o.Cycle
}

// draws reports whether the default is nextval of the sequence and nothing
// else. A name without a schema is looked for where the sequence is.
func draws(expr string, n schema.Name) bool {
	tokens := lex(stripParens(expr))
	if len(tokens) == 6 && tokens[3].is("::") && tokens[4].is("regclass") {
		tokens = slices.Delete(tokens, 3, 5) // the type that nextval takes anyway
	}
	if len(tokens) != 4 || !tokens[0].is("nextval") || !tokens[1].is("(") || tokens[2].kind != literal || !tokens[3].is(")") {
		return false
	}
	switch name := lex(tokens[2].text); {
	case len(name) == 1:
		return name[0].name() && name[0].text == n.Local
	case len(name) == 3:
		return name[0].text == n.Schema && name[1].is(".") && name[2].text == n.Local
	}
	return false
}
