package postgres

import (
	"fmt"
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// A constraintRow is a row of pg_constraint.
type constraintRow struct {
	oid        oid
	relation   *relation
	parent     oid // of an attached one: that of the partitioned table
	name       string
	kind       byte // contype: p u f c x n t
	deferrable bool
	deferred   bool
	validated  bool
	noInherit  bool
	index      oid
	columns    []int16
	refTable   oid
	refColumns []int16
	onUpdate   byte // a r c n d
	onDelete   byte
	matchFull  bool
	operators  []oid
	setColumns []int16
	enforced   bool
	period     bool // WITHOUT OVERLAPS or PERIOD (18)
	local      bool // declared on the table itself
	inherited  bool // a parent of the table has it
}

func (k *catalog) readConstraint(r *row) {
	id := r.oid()
	rel := k.relation(r.oid())
	if rel == nil {
		return
	}
	c := &constraintRow{
		oid: id, relation: rel, name: r.text(), kind: r.char(), deferrable: r.bool(), deferred: r.bool(), validated: r.bool(), noInherit: r.bool(), index: r.oid(),
		parent: r.oid(),
	}
	c.columns, c.refTable, c.refColumns = r.shorts(), r.oid(), r.shorts()
	c.onUpdate, c.onDelete, c.matchFull = r.char(), r.char(), r.char() == 'f'
	c.operators = r.oids()
	tree := r.raw()
	c.setColumns, c.enforced, c.period = r.shorts(), r.bool(), r.bool()
	c.local, c.inherited = r.bool(), r.bool()
	k.constraints[id] = c
	// A foreign key that refers to a partitioned table has one more row for each
	// partition, all implied by the first; a partition has one for each of its
	// partitioned table's.
	if c.parent != 0 {
		rel.attached = append(rel.attached, c)
		return
	}
	rel.constraints = append(rel.constraints, c)
	if c.kind == 'c' && !c.implied() && k.isTable(rel) {
		k.texts.key = k.treeKey(k.texts.key[:0], tree, rel)
		k.texts.checks.add(c.oid, k.texts.key, 0)
		k.texts.relations[rel.oid] = true
	}
}

// unmodelled is the kind, in the manual's words, of a constraint of the relation that
// gen does not manage; empty for one that it does. A NOT NULL that a parent has too is
// the parent's.
func (k *catalog) unmodelled(rel *relation, c *constraintRow) string {
	if c.kind == 'n' && (!c.validated || c.noInherit) && (c.inherited || !k.isTable(rel)) {
		return "not-null constraint"
	}
	return ""
}

// notNullConstraint is what the constraint behind the column's NOT NULL says besides,
// nil for nothing, and whether rows may still hold NULL.
func (k *catalog) notNullConstraint(rel *relation, col *columnRow) (n *schema.NotNull, unproved bool) {
	if !col.notNull {
		return nil, false
	}
	for _, c := range rel.constraints {
		if c.kind != 'n' || !slices.Contains(c.columns, col.number) {
			continue
		}
		unproved = unproved || !c.validated
		if c.inherited {
			continue
		}
		n = &schema.NotNull{NotValid: !c.validated, NoInherit: c.noInherit, Comment: k.comment(classConstraint, c.oid, 0)}
		if c.name != pg.DerivedName(rel.name.Local, col.name, "not_null") {
			n.Name = c.name
		}
		if *n == (schema.NotNull{}) {
			n = nil
		}
	}
	return n, unproved
}

// operatorOIDs are the operators of exclusion constraints.
func (k *catalog) operatorOIDs() []oid {
	var list []oid
	for _, c := range k.constraints {
		if c.kind == 'x' {
			list = append(list, c.operators...)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// operatorText is the operator as it stands behind WITH.
func operatorText(n schema.Name) string {
	if n.Schema == "pg_catalog" {
		return n.Local
	}
	return "OPERATOR(" + pg.Ident(n.Schema) + "." + n.Local + ")"
}

// strangers are the relations that foreign keys refer to and whose columns the
// first pipeline did not read.
func (k *catalog) strangers() []oid {
	var list []oid
	for _, c := range k.constraints {
		if c.kind == 'f' && c.parent == 0 {
			if to := k.relations[c.refTable]; to == nil || len(to.columns) == 0 {
				list = append(list, c.refTable)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func (k *catalog) readStranger(r *row) {
	id := r.oid()
	rel := k.referenced[id]
	if rel == nil {
		rel = &relation{oid: id, name: schema.Name{Schema: k.namespaces[r.oid()], Local: r.text()}}
		k.referenced[id] = rel
	} else {
		r.at += 2
	}
	rel.columns = append(rel.columns, columnRow{number: int16(r.int()), name: r.name()})
}

func (k *catalog) buildConstraints(rel *relation, t *schema.Table) error {
	for _, c := range rel.constraints {
		if c.kind == 'n' || c.implied() {
			continue // NOT NULL is an attribute of its column
		}
		if err := k.buildConstraint(rel, c, t); err != nil {
			return fmt.Errorf("constraint %s of %s: %w", c.name, rel.name, err)
		}
	}
	return nil
}

func (k *catalog) buildConstraint(rel *relation, c *constraintRow, t *schema.Table) error {
	comment := k.comment(classConstraint, c.oid, 0)
	columns, err := names(rel, c.columns)
	if err != nil && c.kind != 'x' && c.kind != 'c' {
		return err
	}
	switch c.kind {
	case 'p':
		t.PrimaryKey = &schema.PrimaryKey{Name: c.name, Columns: columns, Include: rel.include(c.index), WithoutOverlaps: c.period, Deferrable: c.deferrable, Deferred: c.deferred, Comment: comment}
	case 'u':
		x := rel.index(c.index)
		t.Uniques = append(t.Uniques, schema.Unique{
			Name: c.name, Columns: columns, Include: rel.include(c.index), NullsNotDistinct: x != nil && x.nullsNotDistinct, WithoutOverlaps: c.period,
			Deferrable: c.deferrable, Deferred: c.deferred, Comment: comment,
		})
	case 'c':
		t.Checks = append(t.Checks, schema.Check{
			Name: c.name, Expr: k.texts.checks.get(c.oid), NotValid: !c.validated && c.enforced, NotEnforced: !c.enforced, NoInherit: c.noInherit, Comment: comment,
		})
	case 'f':
		return k.buildForeignKey(rel, c, t, columns, comment)
	case 'x':
		return k.buildExclusion(rel, c, t, comment)
	}
	return nil
}

func (k *catalog) buildForeignKey(rel *relation, c *constraintRow, t *schema.Table, columns []string, comment string) error {
	to := k.relations[c.refTable]
	if stranger := k.referenced[c.refTable]; stranger != nil {
		to = stranger
	}
	if to == nil {
		return fmt.Errorf("the table it refers to (oid %d) is not there", c.refTable)
	}
	refColumns, err := names(to, c.refColumns)
	if err != nil {
		return err
	}
	set, err := names(rel, c.setColumns)
	if err != nil {
		return err
	}
	t.ForeignKeys = append(t.ForeignKeys, schema.ForeignKey{
		Name: c.name, Columns: columns, RefTable: to.name, RefColumns: refColumns,
		OnDelete: action(c.onDelete), OnUpdate: action(c.onUpdate), SetColumns: set, MatchFull: c.matchFull, Period: c.period,
		Deferrable: c.deferrable, Deferred: c.deferred, NotValid: !c.validated && c.enforced, NotEnforced: !c.enforced, Comment: comment,
	})
	return nil
}

func action(c byte) schema.Action {
	switch c {
	case 'r':
		return schema.Restrict
	case 'c':
		return schema.Cascade
	case 'n':
		return schema.SetNull
	case 'd':
		return schema.SetDefault
	}
	return schema.NoAction
}

func (k *catalog) buildExclusion(rel *relation, c *constraintRow, t *schema.Table, comment string) error {
	x := rel.index(c.index)
	if x == nil {
		return fmt.Errorf("its index (oid %d) is not there", c.index)
	}
	ix, err := k.buildIndex(rel, x)
	if err != nil {
		return err
	}
	out := schema.Exclusion{
		Name: c.name, Method: ix.Method, Include: ix.Include, Where: ix.Where,
		Deferrable: c.deferrable, Deferred: c.deferred, Comment: comment,
	}
	if len(c.operators) != len(ix.Keys) {
		return fmt.Errorf("%d operators for %d keys", len(c.operators), len(ix.Keys))
	}
	for i, key := range ix.Keys {
		out.Elements = append(out.Elements, schema.ExclusionElement{Key: key, Operator: k.operators[c.operators[i]]})
	}
	t.Exclusions = append(t.Exclusions, out)
	return nil
}

// names are the names of the columns with those numbers; nil for none.
func names(rel *relation, numbers []int16) ([]string, error) {
	var list []string
	for _, n := range numbers {
		c := rel.column(n)
		if c == nil {
			return nil, fmt.Errorf("%s has no column number %d", rel.name, n)
		}
		list = append(list, c.name)
	}
	return list, nil
}
