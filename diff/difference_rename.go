package diff

import "github.com/gen-migrate/gen/schema"

// Follow is the difference as it is after the renames, without its position. before is
// the database, after what [ApplyRenames] makes of it: the sum of a definition follows
// where it is still that of before. Other texts that name what is renamed stay, and so
// tell of another difference.
func (r Renames) Follow(d Difference, before, after *schema.Database) Difference {
	d = d.Key()
	switch d.Kind {
	case "enum", "sequence", "object":
		for _, o := range r.Objects {
			if differenceOf(o.From) == (Difference{Kind: d.Kind, Table: d.Table, Name: d.Name}) {
				return followObject(d, o, before, after)
			}
		}
		return d
	}
	for _, t := range r.Tables {
		if d.Table == t.From {
			d.Table = t.To
			break
		}
	}
	for _, c := range r.Columns {
		if d.Kind == "column" && d.Table == c.Table && d.Name == c.From {
			d.Name = c.To
			break
		}
	}
	return d
}

func followObject(d Difference, o ObjectRename, before, after *schema.Database) Difference {
	now := differenceOf(o.To)
	d.Table, d.Name = now.Table, now.Name
	was, is := before.Object(o.From), after.Object(o.To)
	if was != nil && is != nil && d.Have == objectSum(*was) {
		d.Have = objectSum(*is)
	}
	return d
}

// differenceOf is what a difference calls the object.
func differenceOf(r schema.Ref) Difference {
	switch r.Kind {
	case schema.RefEnum, schema.RefSequence:
		return Difference{Kind: r.Kind, Table: r.Name}
	}
	return Difference{Kind: "object", Table: r.Name, Name: objectMark(schema.Object{Kind: r.Kind, Name: r.Name, Args: r.Args, Table: r.Table})}
}
