package diff

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// An op is a change with what it has to do with others. Of the ops that share
// a key, those that make it come before those that need it, those that leave
// it before those that end it; those that alter or rebuild it come before
// those that need it, and those that leave it before those that rebuild it;
// where one is ended and another like it made, those that need it wait for
// both. A name is freed before it is taken.
type op struct {
	change Change
	phase  int
	where  schema.Name // the table or object it is about

	makes, needs     []key // comes to exist; must exist
	leaves, ends     []key // is needed no more; ceases to exist
	alters, rebuilds []key // stays, with another definition
	frees, takes     []nameKey
}

// A key names something that changes depend on.
type key struct {
	kind keyKind
	name schema.Name
	sub  string // the column, or the columns of a unique key
}

type keyKind int

const (
	keySchema keyKind = iota
	keyEnum
	keyEnumDefault // defaults that may hold a value of the enum
	keySequence
	keyTable
	keyColumn
	keyOwner  // a column as the owner of a sequence: whether it is there, not what it is
	keyUnique // what a foreign key can refer to
	keyIndex
	keyConstraint
	keyObject
	keyRoutine // all routines of a name, as expressions mention them
	keyType    // domains, collations and the like, as columns mention them
	keyStep    // the first half of a change made in two steps
	keyPlace   // what a table is attached to, or taken from: its own changes and those above
)

func schemaKey(n schema.Name) []key {
	if n.Schema == "" {
		return nil
	}
	return []key{{kind: keySchema, name: schema.Name{Local: n.Schema}}}
}

func columnKey(table schema.Name, column string) key { return key{keyColumn, table, column} }

func columnKeys(table schema.Name, columns []string) []key {
	keys := make([]key, len(columns))
	for i, c := range columns {
		keys[i] = columnKey(table, c)
	}
	return keys
}

// uniqueKey is the key over a set of columns; none where there are no columns.
func uniqueKey(table schema.Name, columns []string) []key {
	if len(columns) == 0 {
		return nil
	}
	sub := ""
	for _, c := range slices.Sorted(slices.Values(columns)) {
		sub += c + "\x00"
	}
	return []key{{keyUnique, table, sub}}
}

// opOf tells what a change has to do with others.
func opOf(c Change) op {
	switch c := c.(type) {
	case CreateSchema:
		n := schema.Name{Local: c.Schema.Name}
		return op{change: c, phase: phaseCreateSchema, where: n, makes: []key{{kind: keySchema, name: n}}}
	case DropSchema:
		n := schema.Name{Local: c.Schema.Name}
		return op{change: c, phase: phaseDropSchema, where: n, ends: []key{{kind: keySchema, name: n}}}
	case AlterSchema:
		return op{change: c, phase: phaseAlterSchema, where: schema.Name{Local: c.To.Name}}
	case CreateEnum, DropEnum, AlterEnum:
		return enumOp(c)
	case CreateSequence, DropSequence, AlterSequence:
		return sequenceOp(c)
	case CreateTable, DropTable, AlterTable:
		return tableOp(c)
	case AddColumn, DropColumn, AlterColumn:
		return columnOp(c)
	case AddConstraint, DropConstraint, AlterConstraint, RenameConstraint:
		return constraintOp(c)
	case CreateIndex, DropIndex, AlterIndex, RenameIndex:
		return indexOp(c)
	case ReplaceIndex, AdoptIndex, ReleaseIndex:
		return besideOp(c)
	case CreateObject, DropObject, AlterObject:
		return objectOp(c)
	}
	panic("diff: a change without a place in the order") // AlterAccess is put in behind: withAccess
}

func enumOp(c Change) op {
	switch c := c.(type) {
	case CreateEnum:
		return op{change: c, phase: phaseEnum, where: c.Enum.Name,
			makes: []key{{kind: keyEnum, name: c.Enum.Name}}, needs: schemaKey(c.Enum.Name),
			takes: []nameKey{typeKey(c.Enum.Name)}}
	case DropEnum:
		return op{change: c, phase: phaseDropEnum, where: c.Enum.Name,
			ends: []key{{kind: keyEnum, name: c.Enum.Name}}, leaves: schemaKey(c.Enum.Name),
			frees: []nameKey{typeKey(c.Enum.Name)}}
	case AlterEnum:
		keys := []key{{kind: keyEnum, name: c.To.Name}, {kind: keyEnumDefault, name: c.To.Name}}
		if c.OnlyAdds() {
			return op{change: c, phase: phaseEnum, where: c.To.Name, alters: keys}
		}
		return op{change: c, phase: phaseRebuildEnum, where: c.To.Name, rebuilds: keys}
	}
	panic("diff: not about an enum")
}

func sequenceOp(c Change) op {
	owner := func(s schema.Sequence) []key {
		if s.OwnedBy == (schema.ColumnRef{}) {
			return nil
		}
		return []key{{keyOwner, s.OwnedBy.Table, s.OwnedBy.Column}}
	}
	self := func(s schema.Sequence) []key { return []key{{kind: keySequence, name: s.Name}} }
	switch c := c.(type) {
	case CreateSequence:
		s := c.Sequence
		return op{change: c, phase: phaseCreateSequence, where: s.Name,
			makes: self(s), needs: slices.Concat(schemaKey(s.Name), owner(s)), takes: []nameKey{relationKey(s.Name)}}
	case DropSequence:
		s := c.Sequence
		return op{change: c, phase: phaseDropSequence, where: s.Name,
			ends: self(s), leaves: slices.Concat(schemaKey(s.Name), owner(s)), frees: []nameKey{relationKey(s.Name)}}
	case AlterSequence:
		o := op{change: c, phase: phaseAlterSequence, where: c.To.Name}
		// What it is altered from comes first, what drops it last.
		o.needs, o.leaves = self(c.To), self(c.To)
		if c.From.OwnedBy != c.To.OwnedBy {
			o.leaves = append(o.leaves, owner(c.From)...)
			o.needs = append(o.needs, owner(c.To)...)
			if c.To.OwnedBy == (schema.ColumnRef{}) {
				o.phase = phaseReleaseSequence
			}
		}
		return o
	}
	panic("diff: not about a sequence")
}

func tableOp(c Change) op {
	switch c := c.(type) {
	case CreateTable:
		makes, needs, names := wholeTable(c.Table)
		return op{change: c, phase: phaseCreateTable, where: c.Table.Name, makes: makes, needs: needs, takes: names}
	case DropTable:
		ends, leaves, names := wholeTable(c.Table)
		return op{change: c, phase: phaseDropTable, where: c.Table.Name, ends: ends, leaves: leaves, frees: names}
	case AlterTable:
		if !sameParents(c.From, c.To) {
			return relationOp(c)
		}
		if !slices.Equal(toastOptions(c.From), toastOptions(c.To)) {
			return op{change: c, phase: phaseAlterToast, where: c.To.Name}
		}
		return op{change: c, phase: phaseAlterTable, where: c.To.Name}
	}
	panic("diff: not about a table")
}

// toastOptions are the parameters of the TOAST table: PostgreSQL forgets them
// where no column has made it need one yet.
func toastOptions(t schema.Table) []schema.Option {
	return slices.DeleteFunc(slices.Clone(t.Options), func(o schema.Option) bool { return !strings.HasPrefix(o.Name, "toast.") })
}

// wholeTable is what a table is to others, what it needs of them, and its
// names.
func wholeTable(t schema.Table) (is, needs []key, names []nameKey) {
	is = []key{{kind: keyTable, name: t.Name}}
	needs = append(schemaKey(t.Name), parentKeys(t)...)
	names = tableKeys(t.Name)
	for _, col := range t.Columns {
		is = append(is, columnKey(t.Name, col.Name), key{keyOwner, t.Name, col.Name})
		is = append(is, serialSequence(t.Name, col)...)
		needs = append(needs, columnNeeds(t.Name, col)...)
		names = append(names, serialKeys(t.Name, col)...)
	}
	for _, c := range t.Constraints() {
		is = append(is, uniqueKey(t.Name, keyColumns(c))...)
		needs = append(needs, constraintNeeds(t.Name, c)...)
		names = append(names, constraintKeys(t.Name, c)...)
	}
	for _, x := range t.Indexes {
		is = append(is, uniqueKey(t.Name, uniqueIndexColumns(x))...)
		needs = append(needs, indexNeeds(t.Name, x)...)
		names = append(names, indexKeys(t.Name, x.Name)...)
	}
	own := map[key]bool{}
	for _, k := range is {
		own[k] = true
	}
	needs = slices.DeleteFunc(needs, func(k key) bool { return own[k] })
	return is, needs, names
}

func columnOp(c Change) op {
	switch c := c.(type) {
	case AddColumn:
		return op{change: c, phase: phaseAddColumn, where: c.Table,
			makes: append(serialSequence(c.Table, c.Column), columnKey(c.Table, c.Column.Name), key{keyOwner, c.Table, c.Column.Name}),
			needs: columnNeeds(c.Table, c.Column),
			takes: serialKeys(c.Table, c.Column)}
	case DropColumn:
		return op{change: c, phase: phaseDropColumn, where: c.Table,
			ends:   append(serialSequence(c.Table, c.Column), columnKey(c.Table, c.Column.Name), key{keyOwner, c.Table, c.Column.Name}),
			leaves: columnNeeds(c.Table, c.Column),
			frees:  serialKeys(c.Table, c.Column)}
	case AlterColumn:
		from, to := columnNeeds(c.Table, c.From), columnNeeds(c.Table, c.To)
		o := op{change: c, phase: phaseAlterColumn, where: c.Table,
			rebuilds: []key{columnKey(c.Table, c.To.Name)},
			leaves:   without(from, to), needs: without(to, from),
			frees: serialKeys(c.Table, c.From), takes: serialKeys(c.Table, c.To)}
		if c.From.Default != c.To.Default {
			// Another routine of that name may be meant.
			o.leaves = append(o.leaves, routineKeys(c.Table, c.From.Default)...)
			o.needs = append(o.needs, routineKeys(c.Table, c.To.Default)...)
			o.leaves = append(o.leaves, enumDefaults(c.From)...)
			o.needs = append(o.needs, enumDefaults(c.To)...)
		}
		if len(o.frees) > 0 && slices.Equal(o.frees, o.takes) {
			o.frees, o.takes = nil, nil
		}
		return o
	}
	panic("diff: not about a column")
}

// columnNeeds is what a column needs besides its table.
func columnNeeds(table schema.Name, c schema.Column) []key {
	keys := []key{{kind: keyTable, name: table}}
	if !c.Type.Ref.IsZero() {
		keys = append(keys, key{kind: keyEnum, name: c.Type.Ref})
	}
	for _, n := range names(c.Type.Text) {
		keys = append(keys, key{kind: keyType, name: n})
	}
	if !c.Collation.IsZero() {
		keys = append(keys, key{kind: keyType, name: c.Collation})
	}
	keys = append(keys, expressionNeeds(table, c.Default)...)
	if c.Generated != nil {
		keys = append(keys, expressionNeeds(table, c.Generated.Expr)...)
	}
	// A column is no dependency of its own.
	return slices.DeleteFunc(keys, func(k key) bool { return k == columnKey(table, c.Name) })
}

// serialSequence is the sequence that comes and goes with a serial column: the
// default of another column may draw from it too.
func serialSequence(table schema.Name, c schema.Column) []key {
	if !c.Serial {
		return nil
	}
	var keys []key
	for _, k := range serialKeys(table, c) {
		keys = append(keys, key{kind: keySequence, name: schema.Name{Schema: table.Schema, Local: k.name}})
	}
	return keys
}

// enumDefaults are the enums whose values the default may hold.
func enumDefaults(c schema.Column) []key {
	if c.Default == "" {
		return nil
	}
	var keys []key
	if !c.Type.Ref.IsZero() {
		keys = append(keys, key{kind: keyEnumDefault, name: c.Type.Ref})
	}
	for _, n := range names(c.Default) {
		keys = append(keys, key{kind: keyEnumDefault, name: n})
	}
	return keys
}

// expressionNeeds is everything an expression may depend on: columns of its
// table, types, sequences, routines. What does not exist makes no edge. A new
// expression is in the user's words, and names in it may stand without schema.
func expressionNeeds(table schema.Name, sql string) []key {
	var keys []key
	for _, n := range names(sql) {
		keys = append(keys, key{kind: keyEnum, name: n}, key{kind: keySequence, name: n}, key{kind: keyRoutine, name: n}, key{kind: keyType, name: n})
		if n.Schema == "" {
			home := schema.Name{Schema: table.Schema, Local: n.Local}
			keys = append(keys, columnKey(table, n.Local), key{kind: keySequence, name: home}, key{kind: keyRoutine, name: home}, key{kind: keyType, name: home})
		}
	}
	return keys
}

// routineKeys are the routines that an expression may call.
func routineKeys(table schema.Name, sql string) []key {
	return slices.DeleteFunc(expressionNeeds(table, sql), func(k key) bool { return k.kind != keyRoutine })
}

func constraintOp(c Change) op {
	self := func(table schema.Name, c schema.Constraint) []key {
		return []key{{keyConstraint, table, c.ConstraintName()}}
	}
	switch c := c.(type) {
	case AddConstraint:
		return op{change: c, phase: addPhase(c.Constraint), where: c.Table,
			makes: slices.Concat(self(c.Table, c.Constraint), uniqueKey(c.Table, keyColumns(c.Constraint))),
			needs: constraintNeeds(c.Table, c.Constraint),
			takes: takenBy(c.Table, c.Constraint)}
	case DropConstraint:
		return op{change: c, phase: dropPhase(c.Constraint), where: c.Table,
			ends:   slices.Concat(self(c.Table, c.Constraint), uniqueKey(c.Table, keyColumns(c.Constraint))),
			leaves: constraintNeeds(c.Table, c.Constraint),
			frees:  takenBy(c.Table, c.Constraint)}
	case AlterConstraint:
		return op{change: c, phase: phaseAlterConstraint, where: c.Table, needs: self(c.Table, c.From)}
	case RenameConstraint:
		return op{change: c, phase: phaseRename, where: c.Table,
			makes: self(c.Table, c.To),
			frees: constraintKeys(c.Table, c.From), takes: constraintKeys(c.Table, c.To)}
	}
	panic("diff: not about a constraint")
}

// takenBy is the names of a constraint, and of a primary key the place for
// one.
func takenBy(table schema.Name, c schema.Constraint) []nameKey {
	keys := constraintKeys(table, c)
	if _, ok := c.(schema.PrimaryKey); ok {
		keys = append(keys, nameKey{space: space{kind: "primary key", owner: table}})
	}
	return keys
}

func addPhase(c schema.Constraint) int {
	switch c.(type) {
	case schema.ForeignKey:
		return phaseAddForeignKey
	case schema.Check:
		return phaseAddCheck
	}
	return phaseAddKey
}

func dropPhase(c schema.Constraint) int {
	if _, ok := c.(schema.ForeignKey); ok {
		return phaseDropForeignKey
	}
	return phaseDropConstraint
}

// constraintNeeds is what a constraint needs.
func constraintNeeds(table schema.Name, c schema.Constraint) []key {
	keys := []key{{kind: keyTable, name: table}}
	switch c := c.(type) {
	case schema.PrimaryKey:
		keys = append(keys, columnKeys(table, c.Columns)...)
		keys = append(keys, columnKeys(table, c.Include)...)
	case schema.Unique:
		keys = append(keys, columnKeys(table, c.Columns)...)
		keys = append(keys, columnKeys(table, c.Include)...)
	case schema.ForeignKey:
		keys = append(keys, columnKeys(table, c.Columns)...)
		keys = append(keys, key{kind: keyTable, name: c.RefTable})
		keys = append(keys, columnKeys(c.RefTable, c.RefColumns)...)
		keys = append(keys, uniqueKey(c.RefTable, c.RefColumns)...)
	case schema.Check:
		keys = append(keys, expressionNeeds(table, c.Expr)...)
	case schema.Exclusion:
		for _, e := range c.Elements {
			keys = append(keys, indexKeyNeeds(table, e.Key)...)
		}
		keys = append(keys, columnKeys(table, c.Include)...)
		keys = append(keys, expressionNeeds(table, c.Where)...)
	}
	return keys
}

func indexOp(c Change) op {
	self := indexSelf
	switch c := c.(type) {
	case CreateIndex:
		return op{change: c, phase: phaseIndex, where: c.Table,
			makes: slices.Concat(self(c.Table, c.Index.Name), uniqueKey(c.Table, uniqueIndexColumns(c.Index))),
			needs: indexNeeds(c.Table, c.Index), takes: indexKeys(c.Table, c.Index.Name)}
	case DropIndex:
		return op{change: c, phase: phaseDropIndex, where: c.Table,
			ends:   slices.Concat(self(c.Table, c.Index.Name), uniqueKey(c.Table, uniqueIndexColumns(c.Index))),
			leaves: indexNeeds(c.Table, c.Index), frees: indexKeys(c.Table, c.Index.Name)}
	case AlterIndex:
		return op{change: c, phase: phaseIndex, where: c.Table, needs: self(c.Table, c.From.Name)}
	case RenameIndex:
		return op{change: c, phase: phaseRename, where: c.Table,
			makes: self(c.Table, c.To),
			frees: indexKeys(c.Table, c.From), takes: indexKeys(c.Table, c.To)}
	}
	panic("diff: not about an index")
}

// indexSelf is what others know an index by.
func indexSelf(table schema.Name, name string) []key {
	return []key{{keyIndex, table, name}, refKey(indexRef(table, name))}
}

// indexNeeds is what an index needs.
func indexNeeds(table schema.Name, x schema.Index) []key {
	keys := []key{{kind: keyTable, name: table}}
	for _, k := range x.Keys {
		keys = append(keys, indexKeyNeeds(table, k)...)
	}
	keys = append(keys, columnKeys(table, x.Include)...)
	return append(keys, expressionNeeds(table, x.Where)...)
}

func indexKeyNeeds(table schema.Name, k schema.IndexKey) []key {
	keys := expressionNeeds(table, k.Expr)
	if k.Column != "" {
		keys = []key{columnKey(table, k.Column)}
	}
	if !k.Collation.IsZero() {
		keys = append(keys, key{kind: keyType, name: k.Collation})
	}
	return keys
}

// without is the keys of a that are not in b.
func without(a, b []key) []key {
	var rest []key
	for _, k := range a {
		if !slices.Contains(b, k) {
			rest = append(rest, k)
		}
	}
	return rest
}
