package postgres

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A columnRow is a row of pg_attribute, of a table or an index.
type columnRow struct {
	name        string
	number      int16
	typ         oid
	mod         int32
	notNull     bool
	identity    byte // a always, d by default
	generated   byte // s stored, v virtual (18)
	collation   oid
	storage     byte // p e m x
	compression byte // p pglz, l lz4 (14)
	statistics  int64
	options     []string
	inherited   bool // a parent of the table has it
	local       bool // declared on the table itself

	defaultID oid
	nextval   oid // the sequence whose nextval the default is, where it is nothing else
	serial    bool
}

func (k *catalog) readColumn(r *row) {
	rel := k.relation(r.oid())
	if rel == nil {
		return
	}
	c := columnRow{
		number: int16(r.int()), name: r.name(), typ: r.oid(), mod: int32(r.int()), notNull: r.bool(),
		identity: r.char(), generated: r.char(), collation: r.oid(), storage: r.char(), compression: r.char(),
		// The default is -1 until version 16, NULL from 17 on.
		statistics: r.intOr(-1), options: r.texts(), inherited: r.bool(), local: r.bool(),
	}
	n := len(rel.columns)
	rel.columns = append(rel.columns, c)
	if n > 0 && rel.columns[n-1].number > c.number {
		slices.SortFunc(rel.columns, func(a, b columnRow) int { return cmp.Compare(a.number, b.number) })
	}
	if rel.kind == 'r' || rel.kind == 'p' {
		k.columnTypes[typeKey{c.typ, c.mod}] = columnType{}
	}
}

// How the parse tree of a call of nextval(regclass) begins, alone and under the
// cast of its bigint to integer or smallint. The oids of these functions are
// fixed (src/include/catalog/pg_proc.dat).
var nextvalHeads = []struct {
	head  []byte
	nodes int
}{
	{[]byte("{FUNCEXPR :funcid 1574 "), 2},
	{[]byte("{FUNCEXPR :funcid 480 "), 3},
	{[]byte("{FUNCEXPR :funcid 714 "), 3},
}

func (k *catalog) readDefault(r *row) {
	id := r.oid()
	rel := k.relation(r.oid())
	number, tree := int16(r.int()), r.raw()
	if rel == nil || !k.isTable(rel) {
		return
	}
	c := rel.column(number)
	if c == nil {
		return
	}
	c.defaultID = id
	if c.generated == 0 {
		if c.nextval = nextvalOf(tree); c.nextval != 0 {
			return // settleSerials decides
		}
	}
	k.askDefault(rel, c, tree)
}

func (k *catalog) askDefault(rel *relation, c *columnRow, tree []byte) {
	key := k.texts.key[:0]
	key = append(key, c.generated)
	var printed oid // the relation the server needs to print it
	if c.generated != 0 {
		printed = rel.oid
		k.texts.relations[rel.oid] = true
	}
	if tree == nil {
		key = append(key, numberArray([]oid{c.defaultID})...)
	} else {
		key = k.treeKey(key, tree, rel)
	}
	k.texts.key = key
	k.texts.defaults.add(c.defaultID, key, printed)
}

// nextvalOf is the sequence that a tree nextval('…'::regclass) calls, 0 where
// the tree is anything else. The constant is printed as the bytes of a Datum in
// the server's own byte order; one that is wrong here names no sequence of the
// column, and the default is then read as text.
func nextvalOf(tree []byte) oid {
	for _, h := range nextvalHeads {
		if !bytes.HasPrefix(tree, h.head) {
			continue
		}
		_, call, ok := bytes.Cut(tree, []byte(":funcid 1574 "))
		if !ok || bytes.Count(tree, []byte("{")) != h.nodes {
			return 0
		}
		_, value, ok := bytes.Cut(call, []byte(":args ({CONST :consttype 2205 "))
		if !ok {
			return 0
		}
		_, value, _ = bytes.Cut(value, []byte(":constvalue 4 [ "))
		value, _, ok = bytes.Cut(value, []byte("]"))
		if !ok {
			return 0
		}
		return datumOID(value)
	}
	return 0
}

func datumOID(value []byte) oid {
	var id oid
	for i, b := range bytes.Fields(value) {
		n, ok := number(b)
		if !ok {
			return 0
		}
		if i < 4 {
			id |= oid(byte(n)) << (8 * i)
		}
	}
	return id
}

// settleSerials decides which nextval defaults are serial columns, and asks for
// the text of the others.
func (k *catalog) settleSerials() {
	for _, rel := range k.tables {
		if !k.isTable(rel) {
			continue
		}
		for i := range rel.columns {
			c := &rel.columns[i]
			if c.nextval == 0 {
				continue
			}
			s := k.sequences[c.nextval]
			if s != nil && k.isSerial(rel, c, s) {
				c.serial, s.folded = true, true
			} else {
				k.askDefault(rel, c, nil)
			}
		}
	}
}

func (k *catalog) buildColumn(rel *relation, c *columnRow) schema.Column {
	typ := k.columnTypes[typeKey{c.typ, c.mod}]
	col := schema.Column{
		Name: c.name, Type: typ.typ, NotNull: c.notNull, Serial: c.serial, Inherited: c.inherited && !c.local,
		Comment: k.comment(classRelation, rel.oid, c.number),
	}
	constraint, unproved := k.notNullConstraint(rel, c)
	col.NotNull, col.NotNullConstraint = c.notNull && !unproved, constraint
	switch {
	case c.identity != 0:
		col.Identity = &schema.Identity{Always: c.identity == 'a', Options: k.identityOptions(rel, c)}
	case c.serial:
	case c.generated != 0:
		col.Generated = &schema.Generated{Expr: stripParens(k.texts.defaults.get(c.defaultID)), Virtual: c.generated == 'v'}
	case c.defaultID != 0:
		col.Default = k.texts.defaults.get(c.defaultID)
		if isNull(col.Default) && typ.kind != 'd' {
			col.Default = "" // a domain's own default is overridden by NULL; elsewhere NULL says nothing
		}
	}
	if c.collation != typ.collation && c.collation != 0 {
		col.Collation = k.collations[c.collation]
	}
	if c.storage != typ.storage {
		col.Storage = storageWord(c.storage)
	}
	switch c.compression {
	case 'p':
		col.Compression = "pglz"
	case 'l':
		col.Compression = "lz4"
	}
	col.Statistics = c.target()
	return col
}

// target is the statistics target; nil where it is the server's default.
func (c *columnRow) target() *int {
	if c.statistics < 0 {
		return nil
	}
	n := int(c.statistics)
	return &n
}

func storageWord(c byte) string {
	switch c {
	case 'p':
		return "plain"
	case 'e':
		return "external"
	case 'm':
		return "main"
	}
	return "extended"
}

// isNull reports whether the expression is the constant NULL, with or without
// casts.
func isNull(expr string) bool {
	head, _, _ := strings.Cut(stripParens(expr), "::")
	return strings.EqualFold(strings.TrimSpace(head), "null")
}
