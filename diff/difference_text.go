package diff

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// The texts of a Difference are cut out of schema.Format, in which every field
// shows: two states with one text are the same.

// lineOf is the last line of a database as text, without the words it begins
// with.
func lineOf(db schema.Database, begin string) string {
	lines := strings.Split(strings.TrimSpace(schema.Format(&db)), "\n")
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(lines[len(lines)-1]), begin))
}

func schemaText(s schema.Schema) string {
	s = bareSchema(s)
	s.Name = ""
	return lineOf(schema.Database{Schemas: []schema.Schema{s}}, `schema ""`)
}

func enumText(e schema.Enum) string {
	e = bareEnum(e)
	e.Name = schema.Name{}
	return lineOf(schema.Database{Enums: []schema.Enum{e}}, `enum ""`)
}

func sequenceText(s schema.Sequence) string {
	s = bareSequence(s)
	s.Name = schema.Name{}
	return lineOf(schema.Database{Sequences: []schema.Sequence{s}}, `sequence ""`)
}

// objectMark is what besides its name tells an object from others.
func objectMark(o schema.Object) string {
	text := o.Kind
	if schema.IsRoutine(o.Kind) {
		text += " (" + o.Args + ")"
	}
	if !o.Table.IsZero() {
		text += " on " + o.Table.String()
	}
	return text
}

// objectSum stands for the definition, which may be long: twelve digits that
// are others when anything of it is.
func objectSum(o schema.Object) string {
	sum := sha256.Sum256([]byte(schema.Format(&schema.Database{Objects: []schema.Object{bareObject(o)}})))
	return "definition " + hex.EncodeToString(sum[:6])
}

// columnDefinition is a column without its name.
func columnDefinition(c schema.Column) string {
	c = bareColumn(c)
	c.Name = ""
	return lineOf(schema.Database{Tables: []schema.Table{{Columns: []schema.Column{c}}}}, `""`)
}

// facetText is one facet of a column.
func facetText(facet string, c schema.Column) string {
	if facet == "null" && !c.NotNull {
		return "null"
	}
	return columnDefinition(c)
}

// attributeText is what a table is besides its parts.
func attributeText(t schema.Table) string {
	t = bareTable(t)
	t.Name = schema.Name{}
	return lineOf(schema.Database{Tables: []schema.Table{t}}, `table ""`)
}

// tableText stands for a whole table: how many columns it has, and twelve
// digits that are others when anything of it is. The order of columns, and
// names that nobody chose, count for nothing.
func tableText(t schema.Table) string {
	t = t.Clone()
	all := t.Constraints()
	for i, c := range all {
		if constraintDerived(c) {
			c = renameConstraint(c, "")
		}
		all[i] = bareConstraint(c)
	}
	setConstraints(&t, all)
	for i, x := range t.Indexes {
		if x.Derived {
			x.Name = ""
		}
		t.Indexes[i] = bareIndex(x)
	}
	for i, c := range t.Columns {
		t.Columns[i] = bareColumn(c)
	}
	slices.SortFunc(t.Columns, func(a, b schema.Column) int { return strings.Compare(a.Name, b.Name) })
	t.Pos, t.Was = schema.Pos{}, nil
	one := schema.Database{Tables: []schema.Table{t}}
	one.Sort()
	sum := sha256.Sum256([]byte(schema.Format(&one)))
	return count(len(t.Columns), "column") + " " + hex.EncodeToString(sum[:6])
}

// constraintText is a constraint without its kind. Where it is called otherwise
// than the object it stands for, that is part of it.
func constraintText(c schema.Constraint, known string) string {
	begin := strings.ReplaceAll(constraintWord(c), "-", " ")
	if begin == "exclusion" {
		begin = "exclude"
	}
	name := ""
	if n := c.ConstraintName(); known != "" && n != known {
		name = "named " + n + " "
	}
	var t schema.Table
	addConstraint(&t, bareConstraint(renameConstraint(c, "")))
	return name + lineOf(schema.Database{Tables: []schema.Table{t}}, begin)
}

func constraintWord(c schema.Constraint) string {
	switch c.(type) {
	case schema.PrimaryKey:
		return "primary-key"
	case schema.Unique:
		return "unique"
	case schema.ForeignKey:
		return "foreign-key"
	case schema.Check:
		return "check"
	}
	return "exclusion"
}

// indexDefinition is an index without its name, or with it where it is
// another one than known.
func indexDefinition(x schema.Index, known string) string {
	name := ""
	if x.Name != known {
		name = "named " + x.Name + " "
	}
	x = bareIndex(x)
	x.Name = ""
	text := lineOf(schema.Database{Tables: []schema.Table{{Indexes: []schema.Index{x}}}}, "index ")
	return name + strings.Replace(text, "unique index ", "unique ", 1)
}
