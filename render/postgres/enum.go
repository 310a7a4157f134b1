package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

func (r *renderer) createEnum(c diff.CreateEnum) {
	r.add(render.Statement{SQL: r.createEnumSQL(c.Enum)})
	if c.Enum.Comment != "" {
		r.commentEnum(c.Enum)
	}
}

func (r *renderer) createEnumSQL(e schema.Enum) string {
	values := make([]string, len(e.Values))
	for i, v := range e.Values {
		values[i] = r.Literal(v)
	}
	head := "CREATE TYPE " + r.QName(e.Name) + " AS ENUM ("
	if one := head + strings.Join(values, ", ") + ")"; len(one) <= lineWidth {
		return one
	}
	return head + "\n    " + strings.Join(values, ",\n    ") + "\n)"
}

func (r *renderer) dropEnum(c diff.DropEnum) {
	r.add(render.Statement{SQL: "DROP TYPE " + r.QName(c.Enum.Name), Hazards: append(r.withType(c.Enum.Name), r.typeUsers()...)})
}

func (r *renderer) commentEnum(e schema.Enum) {
	r.comment("TYPE "+r.QName(e.Name), e.Comment)
}

func (r *renderer) alterEnum(c diff.AlterEnum) {
	switch {
	case slices.Equal(c.From.Values, c.To.Values):
	case c.OnlyAdds():
		r.addValues(c)
	case c.NoBack != "":
		r.refuse(c.NoBack, "keep the values; or make a new type under another name, and a new table of it where the old one is partitioned by the type, and copy the rows")
	default:
		r.rebuildEnum(c)
		if c.To.Comment != "" {
			r.commentEnum(c.To)
		}
		return
	}
	if c.From.Comment != c.To.Comment {
		r.commentEnum(c.To)
	}
}

// addValues adds them one by one, each placed against one that is there by
// then. A new value cannot be used before it is committed (error 55P04).
func (r *renderer) addValues(c diff.AlterEnum) {
	have := slices.Clone(c.From.Values)
	for i, v := range c.To.Values {
		if slices.Contains(c.From.Values, v) {
			continue
		}
		sql := "ALTER TYPE " + r.QName(c.To.Name) + " ADD VALUE " + r.Literal(v)
		switch {
		case i == len(have): // behind all that are there
		case i == 0:
			sql += " BEFORE " + r.Literal(have[0])
		default:
			sql += " AFTER " + r.Literal(c.To.Values[i-1])
		}
		have = slices.Insert(have, i, v)
		r.add(render.Statement{SQL: sql, Tx: render.OwnTx})
	}
}

func (r *renderer) rebuildEnum(c diff.AlterEnum) {
	r.rebuildType(&rebuild{
		name: c.From.Name, word: "TYPE",
		create: func() { r.add(render.Statement{SQL: r.createEnumSQL(c.To)}) },
		using: func(column schema.Column) string {
			text := "text"
			if parseType(column.Type.Text).array {
				text = "text[]"
			}
			return " USING " + r.Ident(column.Name) + "::" + text + "::" + column.Type.Text
		},
		form:    func(schema.Name, []schema.Column) form { return typeRewriting },
		hazards: func(schema.Name, schema.Column) []render.Hazard { return nil },
		tuning:  func(schema.Name, schema.Column) []string { return nil },
	})
}
