package postgres

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// An indexRow is a row of pg_index.
type indexRow struct {
	relation         *relation // its own row in pg_class
	unique           bool
	clustered        bool
	valid            bool
	replicaIdentity  bool
	keyCount         int
	columns          []int16 // 0: an expression; behind keyCount those INCLUDEd
	classes          []oid
	collations       []oid
	options          []int16 // bit 0 DESC, bit 1 NULLS FIRST
	hasExprs         bool
	hasWhere         bool
	nullsNotDistinct bool
}

// An opclass is a row of pg_opclass.
type opclass struct {
	name      schema.Name
	method    oid
	input     oid
	isDefault bool
}

type opclassKey struct{ method, input oid }

func (k *catalog) readOpclass(r *row) {
	id := r.oid()
	c := opclass{method: r.oid(), name: schema.Name{Schema: k.namespaces[r.oid()], Local: r.name()}, input: r.oid(), isDefault: r.bool()}
	k.opclasses[id] = c
	if c.isDefault {
		k.defaultOps[opclassKey{c.method, c.input}] = id
	}
}

func (k *catalog) readIndex(r *row) {
	id := r.oid()
	self, rel := k.relations[id], k.relation(r.oid())
	if self == nil || rel == nil {
		return
	}
	x := &indexRow{
		relation: self, unique: r.bool(), clustered: r.bool(), valid: r.bool(), replicaIdentity: r.bool(), keyCount: int(r.int()),
		columns: r.shorts(), classes: r.oids(), collations: r.oids(), options: r.shorts(),
	}
	exprs, where := r.raw(), r.raw()
	x.hasExprs, x.hasWhere = exprs != nil, where != nil
	x.nullsNotDistinct = r.bool()
	rel.indexes = append(rel.indexes, x)
	if k.isTable(rel) && x.valid && k.parentIndex(x) == nil {
		k.askIndex(rel, x, exprs, where)
	}
}

// askIndex asks for the texts that cannot be put together here: expressions,
// the predicate, and whether an operator class is the default one where that
// takes the server's rules of coercion.
func (k *catalog) askIndex(rel *relation, x *indexRow, exprs, where []byte) {
	if x.hasWhere {
		k.texts.key = k.treeKey(k.texts.key[:0], where, rel)
		k.texts.predicates.add(x.relation.oid, k.texts.key, 0)
		k.texts.relations[rel.oid] = true
	}
	if !x.hasExprs && !k.opclassUnsure(rel, x) {
		return
	}
	key := fmt.Appendf(k.texts.key[:0], "%d %v %v %v %v ", x.relation.method, x.columns[:x.keyCount], x.classes, x.collations, x.options)
	for _, n := range x.columns[:x.keyCount] {
		if c := rel.column(n); c != nil {
			key = fmt.Appendf(key, "%q %d %d ", c.name, c.typ, c.collation)
		}
	}
	for i := range x.relation.columns { // options of operator classes
		key = fmt.Appendf(key, "%d %q ", x.relation.columns[i].number, x.relation.columns[i].options)
	}
	k.texts.key = k.treeKey(key, exprs, rel)
	k.texts.indexes.add(x.relation.oid, k.texts.key, 0)
	k.texts.relations[rel.oid] = true
}

// Polymorphic and other types that operator classes accept for many.
const (
	textType    oid = 25
	varcharType oid = 1043
	inetType    oid = 869
	cidrType    oid = 650
	firstUser   oid = 16384 // what initdb makes has a smaller oid
)

var polymorphic = []oid{2277, 3500, 3831, 4537, 2249} // anyarray, anyenum, anyrange, anymultirange, record

// opclassDefault reports whether the operator class is the one that an index of
// that method takes for a column of the type without being told, as far as that
// can be known here. The server's rule (GetDefaultOpClass,
// src/backend/commands/indexcmds.c) knows coercions that we do not.
func (k *catalog) opclassDefault(id, typ oid) (isDefault, sure bool) {
	class := k.opclasses[id]
	if !class.isDefault {
		return false, true
	}
	if class.input == typ {
		return true, true
	}
	if _, exact := k.defaultOps[opclassKey{class.method, typ}]; exact {
		return false, true
	}
	switch {
	case class.input == textType && typ == varcharType, class.input == inetType && typ == cidrType:
		return true, true
	case slices.Contains(polymorphic, class.input):
		t := k.types[typ]
		return true, typ < firstUser || t != nil && t.kind == 'e'
	}
	return false, false
}

func (k *catalog) opclassUnsure(rel *relation, x *indexRow) bool {
	for i, n := range x.columns[:x.keyCount] {
		if c := rel.column(n); c != nil {
			if _, sure := k.opclassDefault(x.classes[i], c.typ); !sure {
				return true
			}
		}
	}
	return false
}

// index is the table's index with that oid, or nil.
func (t *relation) index(id oid) *indexRow {
	for _, x := range t.indexes {
		if x.relation.oid == id {
			return x
		}
	}
	return nil
}

// include are the columns that the index only carries.
func (t *relation) include(index oid) []string {
	x := t.index(index)
	if x == nil {
		return nil
	}
	list, err := names(t, x.columns[x.keyCount:])
	if err != nil {
		return nil // the server allows nothing but columns here
	}
	return list
}

// backing is the constraint that the index serves, or nil.
func (t *relation) backing(x *indexRow) *constraintRow {
	for _, c := range t.constraints {
		if c.index == x.relation.oid && (c.kind == 'p' || c.kind == 'u' || c.kind == 'x') {
			return c
		}
	}
	return nil
}

func (k *catalog) buildIndexes(rel *relation, t *schema.Table) error {
	for _, x := range rel.indexes {
		if !k.told(rel, x) {
			continue
		}
		ix, err := k.buildIndex(rel, x)
		if err != nil {
			return fmt.Errorf("index %s: %w", x.relation.name, err)
		}
		t.Indexes = append(t.Indexes, ix)
	}
	return nil
}

func (k *catalog) buildIndex(rel *relation, x *indexRow) (schema.Index, error) {
	id := x.relation.oid
	ix := schema.Index{
		Name: x.relation.name.Local, Unique: x.unique, Method: k.methods[x.relation.method],
		NullsNotDistinct: x.nullsNotDistinct, Include: rel.include(id),
		Options: parseOptions(x.relation.options, ""), Comment: k.comment(classRelation, id, 0),
	}
	if x.hasWhere {
		ix.Where = k.texts.predicates.get(id)
	}
	var printed []printedKey
	if rep, ok := k.texts.indexes.of[id]; ok {
		told := k.texts.indexes.keys[rep]
		if printed = told.keys; told.err != nil {
			return ix, told.err
		}
		if len(printed) < x.keyCount {
			return ix, fmt.Errorf("the server prints %d keys of %d", len(printed), x.keyCount)
		}
	}
	for i, n := range x.columns[:x.keyCount] {
		key := schema.IndexKey{Desc: x.options[i]&1 != 0, NullsFirst: x.options[i]&2 != 0}
		if a := x.relation.column(int16(i + 1)); a != nil {
			key.OpclassOptions, key.Statistics = parseOptions(a.options, ""), a.target()
		}
		if n == 0 {
			key.Expr = printed[i].text
			if printed[i].collated {
				key.Collation = k.collations[x.collations[i]]
			}
		} else {
			c := rel.column(n)
			if c == nil {
				return ix, fmt.Errorf("%s has no column number %d", rel.name, n)
			}
			key.Column = c.name
			if x.collations[i] != c.collation && x.collations[i] != 0 {
				key.Collation = k.collations[x.collations[i]]
			}
		}
		if !k.keyOpclassDefault(rel, x, i, printed) {
			key.Opclass = k.opclasses[x.classes[i]].name
		}
		ix.Keys = append(ix.Keys, key)
	}
	return ix, nil
}

func (k *catalog) keyOpclassDefault(rel *relation, x *indexRow, i int, printed []printedKey) bool {
	if c := rel.column(x.columns[i]); c != nil {
		if isDefault, sure := k.opclassDefault(x.classes[i], c.typ); sure {
			return isDefault
		}
	}
	return !printed[i].classed
}

// printedKeys are the keys of an index, or why its definition cannot be read: that
// may be for a change meanwhile, which is found out later.
type printedKeys struct {
	keys []printedKey
	err  error
}

// A printedKey is one key of an index as pg_get_indexdef prints it.
type printedKey struct {
	text     string // the column or expression alone, without parentheses around it
	collated bool   // COLLATE follows
	classed  bool   // an operator class follows
}

var errIndexDef = errors.New("the server's definition of the index cannot be read")

// splitIndexDef reads the keys out of CREATE INDEX … USING method (keys) ….
// texts are the keys without what follows them. An operator class with options
// is printed even where it is the default one; it then counts as named.
func splitIndexDef(def string, texts []string) ([]printedKey, error) {
	tokens := lex(def)
	at := slices.IndexFunc(tokens, func(t token) bool { return t.kind == word && t.text == "using" })
	if at < 0 || at+2 >= len(tokens) || !tokens[at+2].is("(") {
		return nil, errIndexDef
	}
	var keys []printedKey
	rest := def[tokens[at+2].end:]
	for i, text := range texts {
		rest = strings.TrimLeft(rest, " ,")
		if !strings.HasPrefix(rest, text) {
			return nil, fmt.Errorf("%w: key %d is %q and not at %q", errIndexDef, i+1, text, rest)
		}
		rest = rest[len(text):]
		tail := lex(rest)
		key := printedKey{text: stripParens(text)}
		j := 0
		if len(tail) > 1 && tail[0].is("collate") {
			key.collated = true
			j = 2
			if len(tail) > 3 && tail[2].is(".") {
				j = 4
			}
		}
		if j < len(tail) && tail[j].name() && !(tail[j].is("desc") || tail[j].is("asc") || tail[j].is("nulls")) {
			key.classed = true
		}
		keys = append(keys, key)
		rest = rest[keyEnd(tail, rest):]
	}
	return keys, nil
}

// keyEnd is the offset of the comma or parenthesis that ends a key.
func keyEnd(tail []token, rest string) int {
	depth := 0
	for _, t := range tail {
		switch {
		case depth == 0 && (t.is(",") || t.is(")")):
			return t.begin
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		}
	}
	return len(rest)
}
