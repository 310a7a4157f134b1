package postgres

import (
	"math"

	"github.com/gen-migrate/gen/schema"
)

// A sequence is a row of pg_sequence and the column that owns it.
type sequence struct {
	relation *relation
	typ      oid
	start    int64
	step     int64
	min, max int64
	cache    int64
	cycle    bool

	dependency byte // i identity, a owned by the column, 0 free
	table      oid
	column     int16
	shared     bool // several columns, of whatever tables, draw from it by default; those that have it from a parent do not count
	folded     bool // part of a serial column
}

// A columnKey is the address of a column.
type columnKey struct {
	table  oid
	number int16
}

func (k *catalog) readSequence(r *row) {
	id := r.oid()
	rel := k.relations[id]
	if rel == nil {
		return
	}
	s := &sequence{
		relation: rel, typ: r.oid(), start: r.int(), step: r.int(), min: r.int(), max: r.int(), cache: r.int(), cycle: r.bool(),
		dependency: r.char(), table: r.oid(), column: int16(r.int()), shared: r.bool(),
	}
	k.sequences[id] = s
	if s.dependency == 'i' {
		k.identities[columnKey{s.table, s.column}] = s
	}
}

// oids of the integer types.
const (
	int8Type oid = 20
	int2Type oid = 21
	int4Type oid = 23
)

// isSerial reports whether s is what serial, bigserial or smallserial makes for
// the column whose default is its nextval, and nothing more: one that has
// another name (that of a table since renamed), or that the default of a second
// column draws from too, is an object of its own, or both would be lost with
// the column.
func (k *catalog) isSerial(rel *relation, c *columnRow, s *sequence) bool {
	if s.dependency != 'a' || s.table != rel.oid || s.column != c.number || s.typ != c.typ || c.inherited {
		return false
	}
	unlogged := s.relation.persistence == 'u'
	return s.start == 1 && s.step == 1 && s.min == 1 && s.max == maxOf(s.typ) && s.cache == 1 && !s.cycle &&
		(!unlogged || rel.persistence == 'u') && !s.shared && s.relation.name == serialName(rel.name, c.name)
}

func maxOf(typ oid) int64 {
	switch typ {
	case int2Type:
		return math.MaxInt16
	case int4Type:
		return math.MaxInt32
	}
	return math.MaxInt64
}

func (s *sequence) options() schema.SequenceOptions {
	o := schema.SequenceOptions{Type: "bigint", Start: &s.start, Increment: &s.step, Min: &s.min, Max: &s.max, Cache: &s.cache, Cycle: s.cycle}
	switch s.typ {
	case int2Type:
		o.Type = "smallint"
	case int4Type:
		o.Type = "integer"
	}
	return o
}

// identityOptions are those of the identity column's sequence.
func (k *catalog) identityOptions(rel *relation, c *columnRow) schema.SequenceOptions {
	if s := k.identities[columnKey{rel.oid, c.number}]; s != nil {
		return s.options()
	}
	if s := k.inheritedIdentity(rel, c.name); s != nil {
		return s.options()
	}
	return schema.SequenceOptions{}
}

// ownedElsewhere reports whether the sequence belongs to a column of a relation
// that gen does not manage: a foreign table, one of gen's own.
func (k *catalog) ownedElsewhere(s *sequence) bool {
	if s.dependency != 'a' {
		return false
	}
	owner := k.relations[s.table]
	return owner == nil || !k.isTable(owner)
}

func (k *catalog) buildSequences(db *schema.Database) {
	for _, rel := range k.sortedRelations() {
		s := k.sequences[rel.oid]
		if s == nil || s.folded || s.dependency == 'i' || k.passedOver(rel) || k.ownedElsewhere(s) {
			continue
		}
		out := schema.Sequence{
			Name: rel.name, Options: s.options(), Unlogged: rel.persistence == 'u',
			Comment: k.comment(classRelation, rel.oid, 0),
		}
		if owner := k.relations[s.table]; owner != nil && s.dependency == 'a' {
			out.OwnedBy.Table = owner.name
			if c := owner.column(s.column); c != nil {
				out.OwnedBy.Column = c.name
			}
		}
		db.Sequences = append(db.Sequences, out)
	}
}
