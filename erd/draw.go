package erd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// draw makes boxes and edges, without places.
func (s *scene) draw(o Options) *Diagram {
	signs := o.Signs
	d := &Diagram{Boxes: []Box{}, Edges: []Edge{}}
	if s.all {
		d.Undrawn = s.undrawn()
	}
	for _, t := range s.tables {
		d.Boxes = append(d.Boxes, s.table(t, signs))
	}
	for _, e := range s.enums {
		d.Boxes = append(d.Boxes, enumBox(e, signs))
	}
	d.name(o.Schemas)
	d.edges(s, signs)
	return d
}

// name gives boxes their ids, colours, and the names as they are written: without
// the schema where all are in one.
func (d *Diagram) name(first []string) {
	var found []string
	for _, b := range d.Boxes {
		if n := b.Name.Schema; n != "" && !slices.Contains(found, n) && !slices.Contains(first, n) {
			found = append(found, n)
		}
	}
	slices.Sort(found)
	d.Schemas = slices.Concat(first, found)
	for i := range d.Boxes {
		b := &d.Boxes[i]
		b.ID = fmt.Sprintf("b%d", i+1)
		b.text = b.Name.String()
		if len(d.Schemas) == 1 || b.Name.Schema == "public" {
			b.text = b.Name.Local
		}
		b.colour = max(0, slices.Index(d.Schemas, b.Name.Schema))
	}
}

func (s *scene) table(t *schema.Table, signs map[Part]Sign) Box {
	b := Box{Kind: KindTable, Name: t.Name, Rows: []Row{}, Sign: signs[Part{Name: t.Name}], Pos: t.Pos, comment: t.Comment}
	if t.PartitionBy != "" {
		b.Note = "partitioned by " + t.PartitionBy
	}
	if t.PartitionOf != nil {
		b.Note = "partition of " + t.PartitionOf.Parent.String()
	}
	keys := keysOf(t)
	for _, c := range t.Columns {
		b.Rows = append(b.Rows, Row{
			Kind: RowColumn, Keys: keys[c.Name], Name: c.Name, Type: c.Type.Text, NotNull: c.NotNull,
			Sign: signs[Part{Name: t.Name, Column: c.Name}], name: c.Name, kind: shortType(c), title: columnTitle(c),
		})
	}
	if parts := s.parts[t.Name]; len(parts) > 0 {
		names := make([]string, len(parts))
		sign := Sign("")
		for i, p := range parts {
			names[i] = p.String()
			if signs[Part{Name: p}] != "" {
				sign = Changed
				if b.Sign == "" {
					b.Sign = Changed
				}
			}
		}
		title := strings.Join(names[:min(len(names), 40)], "\n")
		if len(names) > 40 {
			title += fmt.Sprintf("\nand %d more", len(names)-40)
		}
		b.Rows = append(b.Rows, Row{Kind: RowPartitions, Name: plural(len(parts), "partition"), name: plural(len(parts), "partition"), Sign: sign, Partitions: parts, title: title})
	}
	return b
}

func enumBox(e *schema.Enum, signs map[Part]Sign) Box {
	b := Box{Kind: KindEnum, Name: e.Name, Rows: []Row{}, Sign: signs[Part{Name: e.Name}], Pos: e.Pos, comment: e.Comment}
	for _, v := range e.Values {
		b.Rows = append(b.Rows, Row{Kind: RowValue, Name: v, name: v, title: v, Sign: signs[Part{Name: e.Name, Column: v}]})
	}
	return b
}

// keysOf are the marks of the columns. UK stands where the column alone is
// unique; a key of several columns makes none of them unique.
func keysOf(t *schema.Table) map[string][]string {
	keys := map[string][]string{}
	add := func(column, key string) {
		if !slices.Contains(keys[column], key) {
			keys[column] = append(keys[column], key)
		}
	}
	if t.PrimaryKey != nil {
		for _, c := range t.PrimaryKey.Columns {
			add(c, "PK")
		}
	}
	for _, k := range t.ForeignKeys {
		for _, c := range k.Columns {
			add(c, "FK")
		}
	}
	for _, u := range uniques(t) {
		if len(u) == 1 && !slices.Contains(keys[u[0]], "PK") {
			add(u[0], "UK")
		}
	}
	return keys
}

// uniques are the sets of columns of which no two rows have the same values: of
// the primary key, of unique constraints and of unique indexes over all rows.
func uniques(t *schema.Table) [][]string {
	var out [][]string
	if k := t.PrimaryKey; k != nil && !k.WithoutOverlaps {
		out = append(out, k.Columns)
	}
	for _, u := range t.Uniques {
		if !u.WithoutOverlaps {
			out = append(out, u.Columns)
		}
	}
	for _, x := range t.Indexes {
		if !x.Unique || x.Where != "" {
			continue
		}
		var columns []string
		for _, k := range x.Keys {
			columns = append(columns, k.Column)
		}
		if !slices.Contains(columns, "") { // an expression
			out = append(out, columns)
		}
	}
	return out
}

// typeWords are PostgreSQL's own short names of types (manual, table 8.1).
var typeWords = strings.NewReplacer(
	"character varying", "varchar", "timestamp without time zone", "timestamp", "timestamp with time zone", "timestamptz",
	"time without time zone", "time", "time with time zone", "timetz", "double precision", "float8", "bit varying", "varbit",
)

// shortType is the type as it is written in a box.
func shortType(c schema.Column) string {
	text := c.Type.Text
	if c.Type.Ref.IsZero() {
		text = typeWords.Replace(text)
		for _, name := range []string{"timestamp", "time"} { // the precision stands inside: "time(3) with time zone"
			digits, zone, precise := strings.Cut(strings.TrimPrefix(text, name), ")")
			if !precise || !strings.HasPrefix(text, name+"(") {
				continue
			}
			if rest, is := strings.CutPrefix(zone, " with time zone"); is {
				text = name + "tz" + digits + ")" + rest
			} else if rest, is := strings.CutPrefix(zone, " without time zone"); is {
				text = name + digits + ")" + rest
			}
		}
	}
	return strings.TrimPrefix(text, "public.")
}

// columnTitle is all there is to say of a column, on one line, its comment on
// the next.
func columnTitle(c schema.Column) string {
	parts := []string{strings.TrimSpace(c.Name + " " + c.Type.Text)}
	if c.NotNull {
		parts = append(parts, "not null")
	}
	switch {
	case c.Identity != nil:
		parts = append(parts, "identity")
	case c.Serial:
		parts = append(parts, "serial")
	case c.Generated != nil:
		parts = append(parts, "generated as ("+c.Generated.Expr+")")
	case c.Default != "":
		parts = append(parts, "default "+c.Default)
	}
	if c.Inherited {
		parts = append(parts, "inherited")
	}
	text := strings.Join(parts, " ")
	if c.Comment != "" {
		text += "\n" + c.Comment
	}
	if c.Pos.IsValid() {
		p := c.Pos
		p.Col = 0
		text += "\n" + strings.TrimSpace(p.String()+" "+p.Sym)
	}
	return text
}
