package postgres

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/schema"
)

// fillTable brings everything but expressions and references into canonical
// form.
func (w *canonizer) fillTable(t *schema.Table) {
	t.Options = canonicalOptions(t.Options)
	w.fillMethod(t)
	for i := range t.Columns {
		w.fillColumn(t, &t.Columns[i])
	}
	if t.PrimaryKey != nil {
		for _, name := range t.PrimaryKey.Columns {
			if c := t.Column(name); c != nil {
				c.NotNull = true
			}
		}
		t.PrimaryKey.Deferrable = t.PrimaryKey.Deferrable || t.PrimaryKey.Deferred
	}
	for i := range t.Uniques {
		u := &t.Uniques[i]
		u.Deferrable = u.Deferrable || u.Deferred
	}
	for i := range t.Checks {
		c := &t.Checks[i]
		c.NotValid = c.NotValid && !c.NotEnforced
	}
	for i := range t.ForeignKeys {
		f := &t.ForeignKeys[i]
		f.NotValid = f.NotValid && !f.NotEnforced
		f.Deferrable = f.Deferrable || f.Deferred
	}
	for i := range t.Exclusions {
		x := &t.Exclusions[i]
		x.Deferrable = x.Deferrable || x.Deferred
		x.Method = method(x.Method, "gist")
		w.checkMethod(x.Pos, objectName("exclusion constraint", x.Name, t), x.Method, builtinMethods[x.Method] || w.facts.methods[x.Method])
		for j := range x.Elements {
			w.fillKey(t, x.Method, &x.Elements[j].Key, x.Pos, objectName("exclusion constraint", x.Name, t))
			x.Elements[j].Operator = w.operator(t, x, j)
		}
	}
	for i := range t.Indexes {
		x := &t.Indexes[i]
		x.Method = method(x.Method, "btree")
		x.Options = canonicalOptions(x.Options)
		w.checkMethod(x.Pos, objectName("index", x.Name, t), x.Method, builtinMethods[x.Method] || w.facts.methods[x.Method])
		for j := range x.Keys {
			w.fillKey(t, x.Method, &x.Keys[j], x.Pos, objectName("index", x.Name, t))
		}
	}
}

// fillMethod: a table of the models that says nothing is stored as it is in the
// database. One that was read from a database says it always.
func (w *canonizer) fillMethod(t *schema.Table) {
	have := w.haveTables[t.Name]
	switch {
	case t.Method == "" && t.Pos.IsValid() && have != nil:
		t.Method = have.Method
	case t.Method == "heap" && t.PartitionBy == "":
		t.Method = ""
	case t.Method != "" && t.Method != "heap":
		w.checkMethod(t.Pos, "table "+t.Name.String(), t.Method, w.facts.storages[t.Method])
	}
}

func method(name, fallback string) string {
	if name == "" {
		return fallback
	}
	return name
}

func (w *canonizer) checkMethod(pos schema.Pos, object, method string, known bool) {
	if !known && !w.newExtension() {
		w.refuse(pos, object, `access method "`+method+`" does not exist`, "if an extension brings it, run CREATE EXTENSION in a revision first")
	}
}

func canonicalOptions(options []schema.Option) []schema.Option {
	for i := range options {
		o := &options[i]
		o.Name = strings.ToLower(o.Name)
		o.Value = optionValue(o.Name, o.Value)
	}
	slices.SortFunc(options, func(a, b schema.Option) int { return cmp.Compare(a.Name, b.Name) })
	return options
}

// fillNotNull: where the wanted side cannot say what the constraint behind NOT NULL is
// called and the like, it stays as it is.
func (w *canonizer) fillNotNull(t *schema.Table, c *schema.Column) {
	n := c.NotNullConstraint
	object := "column " + t.Name.String() + "." + c.Name
	switch have := w.haveTables[t.Name]; {
	case n != nil && w.info.ServerVersion < 180000:
		if n.NotValid || n.NoInherit || n.Comment != "" {
			w.need(18, c.Pos, object, "a NOT NULL constraint that is NOT VALID, NO INHERIT or has a comment")
		}
		c.NotNullConstraint = nil
	case n == nil && c.NotNull && !w.want.NamesNotNull && have != nil:
		if h := have.Column(c.Name); h != nil && h.NotNullConstraint != nil {
			kept := *h.NotNullConstraint
			if kept.NotValid = false; kept != (schema.NotNull{}) {
				c.NotNullConstraint = &kept
			}
		}
	}
}

func (w *canonizer) fillColumn(t *schema.Table, c *schema.Column) {
	w.fillNotNull(t, c)
	asked, _, _ := w.memo.parseType(c.Type.Text)
	fact := w.facts.types[asked]
	w.fillType(t, c)
	object := "column " + t.Name.String() + "." + c.Name
	if c.Identity != nil {
		c.NotNull = true
		fillSequence(&c.Identity.Options, c.Type.Text)
	}
	if c.Serial {
		c.Default = ""
	}
	if isNull(c.Default) && c.Default != "" && !w.overridesDomain(c) {
		c.Default = ""
	}
	if !c.Collation.IsZero() {
		c.Collation = w.collation(c.Collation, c.Pos, object)
		if _, enum := w.isEnum(c.Type); enum || fact.text != "" && fact.collation.IsZero() {
			w.refuse(c.Pos, object, "collations are not supported by type "+c.Type.Text, "leave the collation out")
		}
		if c.Collation == fact.collation {
			c.Collation = schema.Name{}
		}
	}
	c.Storage = strings.ToLower(c.Storage)
	if c.Storage == "default" || fact.storage != 0 && c.Storage == storageWord(fact.storage) {
		c.Storage = ""
	}
	if enum, ok := w.isEnum(c.Type); ok && (c.Storage == "plain" && enum.Text == pg.QName(enum.Ref) || c.Storage == "extended" && enum.Text != pg.QName(enum.Ref)) {
		c.Storage = ""
	}
	c.Compression = strings.ToLower(c.Compression)
	if c.Compression == "default" {
		c.Compression = ""
	}
	if c.Statistics != nil && *c.Statistics < 0 {
		c.Statistics = nil
	}
}

// overridesDomain reports whether DEFAULT NULL may say something: it hides the
// default of a domain. A type that is no enum of ours and not built in may be
// one.
func (w *canonizer) overridesDomain(c *schema.Column) bool {
	if c.Type.Ref.IsZero() {
		return false
	}
	domain := func(o schema.Object) bool { return o.Kind == schema.KindDomain && o.Name == c.Type.Ref }
	return w.want.Enum(c.Type.Ref) == nil && (slices.ContainsFunc(w.have.Unmanaged, domain) || slices.ContainsFunc(w.want.Objects, domain))
}

// fillSequence puts the server's defaults in place of what is not said (manual,
// CREATE SEQUENCE). typ is the type when none is given.
func fillSequence(o *schema.SequenceOptions, typ string) {
	if o.Type == "" {
		o.Type = typ
	}
	if text, ok := dialect.CanonicalType(o.Type); ok {
		o.Type = text
	}
	low, high := int64(math.MinInt64), int64(math.MaxInt64)
	switch o.Type {
	case "smallint":
		low, high = math.MinInt16, math.MaxInt16
	case "integer":
		low, high = math.MinInt32, math.MaxInt32
	}
	fill := func(p **int64, v int64) {
		if *p == nil {
			*p = &v
		}
	}
	fill(&o.Increment, 1)
	fill(&o.Cache, 1)
	if *o.Increment > 0 {
		fill(&o.Min, 1)
		fill(&o.Max, high)
		fill(&o.Start, *o.Min)
	} else {
		fill(&o.Min, low)
		fill(&o.Max, -1)
		fill(&o.Start, *o.Max)
	}
}

// collation resolves the name of a collation. One without a schema is looked
// for in pg_catalog first, as the server does.
func (w *canonizer) collation(n schema.Name, pos schema.Pos, object string) schema.Name {
	found := w.facts.collations[n.Local]
	for _, f := range found {
		if n.Schema == "" || n.Schema == f.Schema {
			return f
		}
	}
	for _, o := range w.want.Objects {
		if o.Kind == schema.KindCollation && o.Name.Local == n.Local && (n.Schema == "" || n.Schema == o.Name.Schema) {
			return o.Name
		}
	}
	w.refuse(pos, object, `collation "`+n.String()+`" does not exist for this database's encoding`, "SELECT collname FROM pg_collation lists those that do")
	return n
}

func (w *canonizer) fillKey(t *schema.Table, method string, k *schema.IndexKey, pos schema.Pos, object string) {
	k.OpclassOptions = canonicalOptions(k.OpclassOptions)
	column := t.Column(k.Column)
	if !k.Collation.IsZero() {
		k.Collation = w.collation(k.Collation, pos, object)
		if column != nil && k.Collation == w.columnCollation(t, column) {
			k.Collation = schema.Name{}
		}
	}
	if k.Opclass.IsZero() {
		return
	}
	var found *opclassFact
	for i := range w.facts.opclasses {
		f := &w.facts.opclasses[i]
		if f.method == method && f.name.Local == k.Opclass.Local && (k.Opclass.Schema == "" || k.Opclass.Schema == f.name.Schema) {
			found = f
			break
		}
	}
	if found == nil && w.newExtension() {
		return // it may bring the class
	}
	if found == nil {
		w.refuse(pos, object, `operator class "`+k.Opclass.String()+`" does not exist for access method "`+method+`"`,
			"if an extension brings it, run CREATE EXTENSION in a revision first")
		return
	}
	k.Opclass = found.name
	// With options the server prints the default class too; it is the default all the same.
	if found.isDefault && takes(found.input, column) {
		k.Opclass = schema.Name{}
	}
}

// takes reports whether a default operator class for the input type is the one
// that the column gets by itself. Two default classes of one method fit the
// same column only in the family of text: everything in it takes that of
// character, and only character takes it by itself. An expression (column nil)
// is taken for text.
func takes(input string, column *schema.Column) bool {
	character := column != nil && elementType(column.Type.Text) == "bpchar"
	return character == (input == "character") || character && input != "text"
}

// columnCollation is what an index key takes from its column.
func (w *canonizer) columnCollation(t *schema.Table, c *schema.Column) schema.Name {
	if !c.Collation.IsZero() {
		return c.Collation
	}
	return schema.Name{Schema: "pg_catalog", Local: "default"}
}

// operator is the operator of an exclusion element. A bare one takes the
// spelling of the database's, so that one of an extension is found.
func (w *canonizer) operator(t *schema.Table, x *schema.Exclusion, i int) string {
	op := strings.TrimSpace(x.Elements[i].Operator)
	if tokens := lex(op); len(tokens) == 6 && tokens[0].is("operator") && tokens[2].text == "pg_catalog" {
		return tokens[4].text
	} else if len(tokens) == 6 && tokens[0].is("operator") {
		return operatorText(schema.Name{Schema: tokens[2].text, Local: tokens[4].text})
	}
	if op == "!=" {
		op = "<>"
	}
	have := w.haveTables[t.Name]
	if have == nil {
		return op
	}
	for _, h := range have.Exclusions {
		if len(h.Elements) != len(x.Elements) || h.Elements[i].Key.Column != x.Elements[i].Key.Column {
			continue
		}
		if tokens := lex(h.Elements[i].Operator); len(tokens) == 6 && tokens[4].text == op {
			return h.Elements[i].Operator
		}
	}
	return op
}

// fillReferences fills in the columns that foreign keys refer to: those of the
// primary key.
func (w *canonizer) fillReferences() {
	for i := range w.want.Tables {
		t := &w.want.Tables[i]
		for j := range t.ForeignKeys {
			f := &t.ForeignKeys[j]
			if len(f.RefColumns) > 0 {
				continue
			}
			to := w.wantTables[f.RefTable]
			if to == nil {
				to = w.haveTables[f.RefTable]
			}
			if to != nil && to.PrimaryKey != nil {
				f.RefColumns = slices.Clone(to.PrimaryKey.Columns)
				continue
			}
			w.refuse(f.Pos, "foreign key of "+t.Name.String(), "it names no columns of "+f.RefTable.String()+", which has no primary key in the models", "name the columns it refers to")
		}
	}
}

// shortenNames cuts identifiers as the server does, so that they compare.
func (w *canonizer) shortenNames() {
	cut := func(s *string) { *s = pg.Truncate(*s) }
	all := func(list []string) {
		for i := range list {
			cut(&list[i])
		}
	}
	name := func(n *schema.Name) { cut(&n.Schema); cut(&n.Local) }
	for i := range w.want.Schemas {
		cut(&w.want.Schemas[i].Name)
	}
	for i := range w.want.Enums {
		name(&w.want.Enums[i].Name)
	}
	for i := range w.want.Sequences {
		s := &w.want.Sequences[i]
		name(&s.Name)
		name(&s.OwnedBy.Table)
		cut(&s.OwnedBy.Column)
	}
	for i := range w.want.Tables {
		t := &w.want.Tables[i]
		name(&t.Name)
		if t.PartitionOf != nil {
			name(&t.PartitionOf.Parent)
		}
		for j := range t.Inherits {
			name(&t.Inherits[j])
		}
		for j := range t.Columns {
			cut(&t.Columns[j].Name)
			name(&t.Columns[j].Type.Ref)
		}
		if p := t.PrimaryKey; p != nil {
			cut(&p.Name)
			all(p.Columns)
			all(p.Include)
		}
		for j := range t.Uniques {
			u := &t.Uniques[j]
			cut(&u.Name)
			all(u.Columns)
			all(u.Include)
		}
		for j := range t.ForeignKeys {
			f := &t.ForeignKeys[j]
			cut(&f.Name)
			name(&f.RefTable)
			all(f.Columns)
			all(f.RefColumns)
			all(f.SetColumns)
		}
		for j := range t.Checks {
			cut(&t.Checks[j].Name)
		}
		for j := range t.Exclusions {
			x := &t.Exclusions[j]
			cut(&x.Name)
			all(x.Include)
			for n := range x.Elements {
				cut(&x.Elements[n].Key.Column)
			}
		}
		for j := range t.Indexes {
			x := &t.Indexes[j]
			cut(&x.Name)
			all(x.Include)
			for n := range x.Keys {
				cut(&x.Keys[n].Column)
			}
		}
	}
}
