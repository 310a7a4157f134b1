package postgres

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// familyOffered refuses what the server, or its version, does not have for
// partitioned tables and those below others.
func (r *renderer) familyOffered(t schema.Table) bool {
	if t.PartitionBy == "" {
		return true
	}
	switch {
	case t.Method != "" && !r.atLeast(17, "access methods of partitioned tables", "table "+short(t.Name)):
		return false
	case len(t.Options) > 0:
		r.refuse("a partitioned table holds no rows and takes no storage parameters: "+short(t.Name), "give them to its partitions")
		return false
	case t.Unlogged && r.version >= 180000:
		r.refuse("PostgreSQL 18 has no unlogged partitioned tables: "+short(t.Name), "give unlogged to its partitions")
		return false
	case len(t.Exclusions) > 0 && !r.atLeast(17, "exclusion constraints on partitioned tables", "table "+short(t.Name)):
		return false
	}
	for _, fk := range t.ForeignKeys {
		if !r.partitionedKeyOffered(t, fk) {
			return false
		}
	}
	return true
}

// partitionedKeyOffered refuses a foreign key of a partitioned table that is NOT
// VALID, before PostgreSQL 18.
func (r *renderer) partitionedKeyOffered(t schema.Table, c schema.Constraint) bool {
	fk, ok := c.(schema.ForeignKey)
	if !ok || !fk.NotValid || t.PartitionBy == "" || r.version >= 180000 {
		return true
	}
	r.refuse(fmt.Sprintf("PostgreSQL %d has no NOT VALID foreign keys of partitioned tables, which came with 18: %s of %s", r.version/10000, fk.Name, short(t.Name)),
		"take not valid away; to add it without a long lock, add it NOT VALID to each partition by hand, VALIDATE them, and then add it to "+short(t.Name)+", which reads nothing any more")
	return false
}

// createTableSQL is CREATE TABLE with those lines in the parentheses.
func (r *renderer) createTableSQL(t schema.Table, lines []string) string {
	var b strings.Builder
	b.WriteString("CREATE ")
	if t.Unlogged {
		b.WriteString("UNLOGGED ")
	}
	b.WriteString("TABLE " + r.QName(t.Name))
	if t.PartitionOf != nil {
		b.WriteString(" PARTITION OF " + r.QName(t.PartitionOf.Parent))
	}
	if t.PartitionOf == nil || len(lines) > 0 {
		b.WriteString(" (")
		for i, line := range lines {
			if i > 0 {
				b.WriteString(",")
			}
			b.WriteString("\n    " + line)
		}
		if len(lines) > 0 {
			b.WriteString("\n")
		}
		b.WriteString(")")
	}
	switch {
	case t.PartitionOf != nil:
		b.WriteString(" " + t.PartitionOf.Bound)
	case len(t.Inherits) > 0:
		parents := make([]string, len(t.Inherits))
		for i, p := range t.Inherits {
			parents[i] = r.QName(p)
		}
		b.WriteString(" INHERITS (" + strings.Join(parents, ", ") + ")")
	}
	if t.PartitionBy != "" {
		b.WriteString(" PARTITION BY " + t.PartitionBy)
	}
	b.WriteString(r.storedBy(t))
	if len(t.Options) > 0 {
		b.WriteString(" WITH (" + r.options(t.Options) + ")")
	}
	return b.String()
}

// storedBy says by which access method the table is stored, where it would be another
// one: a partition takes that of its partitioned table (PostgreSQL 17).
func (r *renderer) storedBy(t schema.Table) string {
	above := ""
	if t.PartitionOf != nil {
		above = r.now.table(t.PartitionOf.Parent).Method
	}
	switch {
	case t.Method != "":
		return " USING " + r.Ident(t.Method)
	case above != "" && above != "heap" && t.PartitionBy == "":
		return " USING heap"
	}
	return ""
}

// createLocks are those of CREATE TABLE on tables that are there.
func (r *renderer) createLocks(t schema.Table) render.Statement {
	s := render.Statement{Locks: locks(shareRowExclusive, false, t.Name, r.referenced(t))}
	for _, p := range t.Inherits {
		s.Locks = append(s.Locks, render.Lock{Relation: p, Mode: shareUpdateExclusive})
	}
	if t.PartitionOf == nil {
		return s
	}
	if !r.now.created[t.PartitionOf.Parent] {
		s.Locks = append(s.Locks, on(createPartition, t.PartitionOf.Parent).Locks...)
		r.scanDefault(&s, t.PartitionOf, t.Name)
	}
	to, from := r.now.keysOfFamily(t.PartitionOf.Parent)
	also(&s, shareRowExclusive, false, to...)
	if r.version >= 150000 {
		also(&s, shareRowExclusive, false, from...)
	}
	return s
}

// also adds locks on relations that the statement says nothing of yet.
func also(s *render.Statement, mode string, long bool, relations ...schema.Name) {
	for _, n := range relations {
		if !slices.ContainsFunc(s.Locks, func(l render.Lock) bool { return l.Relation == n }) {
			s.Locks = append(s.Locks, render.Lock{Relation: n, Mode: mode, Long: long})
		}
	}
}

// scanDefault says what a new partition does to the default one: its rows are
// read, as none of them may belong to the new one.
func (r *renderer) scanDefault(s *render.Statement, of *schema.Partition, self schema.Name) {
	n, ok := r.now.defaultOf(of.Parent)
	if !ok || n == self || of.Bound == "DEFAULT" || r.now.created[n] {
		return
	}
	s.Locks = append(s.Locks, render.Lock{Relation: n, Mode: accessExclusive, Long: true})
	s.Scans = true
	s.Hazards = append(s.Hazards,
		render.Hazard{ID: "CORR02", Text: "fails if " + short(n) + " has rows that belong to " + short(self)},
		render.Hazard{ID: "LOCK20", Text: "every row of " + short(n) + " is read while nobody can read or write it, unless a check keeps out what belongs to " + short(self)})
}

// inheritedLater are the subcommands for what a new table has from its parents and
// is to have otherwise. In the list of columns it would become the table's own.
func (r *renderer) inheritedLater(t schema.Table) (sub []string, ok bool) {
	for _, c := range t.Columns {
		if !c.Inherited {
			continue
		}
		from, found := r.now.inherited(t, c.Name)
		if !found {
			continue
		}
		name := r.Ident(c.Name)
		if (from.Generated == nil) != (c.Generated == nil) || c.Generated != nil && *from.Generated != *c.Generated {
			r.refuse("column "+short(t.Name)+"."+c.Name+" is computed in another way than in the table it has it from", "let both be computed alike")
			return nil, false
		}
		switch {
		case from.Default == c.Default:
		case c.Default == "":
			sub = append(sub, "ALTER COLUMN "+name+" DROP DEFAULT")
		default:
			sub = append(sub, "ALTER COLUMN "+name+" SET DEFAULT "+operand(c.Default))
		}
		key := t.PrimaryKey != nil && slices.Contains(t.PrimaryKey.Columns, c.Name)
		if c.NotNull && !from.NotNull && !key {
			sub = append(sub, "ALTER COLUMN "+name+" SET NOT NULL")
		}
		if c.Storage != from.Storage {
			clause, ok := r.storageClause(t.Name, c)
			if !ok {
				return nil, false
			}
			sub = append(sub, clause)
		}
		if c.Compression != from.Compression {
			sub = append(sub, "ALTER COLUMN "+name+" SET COMPRESSION "+orDefault(c.Compression, "default"))
		}
		if c.Statistics != nil {
			sub = append(sub, statisticsClause(name, c.Statistics))
		}
	}
	return sub, true
}

// relate attaches, detaches, and lets inherit.
func (r *renderer) relate(c diff.AlterTable) {
	name := c.To.Name
	if of := c.From.PartitionOf; of != nil {
		r.detach(of.Parent, name)
	}
	for _, p := range c.From.Inherits {
		if !slices.Contains(c.To.Inherits, p) {
			s := on(inherit, name)
			s.SQL = r.alterTableSQL(name, "NO INHERIT "+r.QName(p))
			r.add(r.quiet(name, s))
		}
	}
	for _, p := range c.To.Inherits {
		if !slices.Contains(c.From.Inherits, p) {
			s := on(inherit, name)
			s.SQL = r.alterTableSQL(name, "INHERIT "+r.QName(p))
			s.Locks = append(s.Locks, render.Lock{Relation: p, Mode: shareUpdateExclusive})
			r.add(r.quiet(name, s))
		}
	}
	if of := c.To.PartitionOf; of != nil {
		s := on(attachPartition, of.Parent)
		s.SQL = r.alterTableSQL(of.Parent, "ATTACH PARTITION "+r.QName(name)+" "+of.Bound)
		if !r.now.created[name] {
			also(&s, accessExclusive, true, append([]schema.Name{name}, r.now.below(name)...)...)
			s.Hazards = append(s.Hazards,
				render.Hazard{ID: "CORR02", Text: "fails if " + short(name) + " has rows that do not belong " + strings.TrimPrefix(of.Bound, "FOR VALUES ")},
				render.Hazard{ID: "LOCK20", Text: "every row of " + short(name) + " is read while nobody can read or write it, unless a check says that all belong there"})
		} else {
			s.Scans = false
		}
		r.scanDefault(&s, of, name)
		// A foreign key that the table has had takes its triggers off the other table.
		to, from := r.now.keysOfFamily(of.Parent)
		also(&s, accessExclusive, false, to...)
		if r.version >= 150000 {
			also(&s, shareRowExclusive, false, from...)
		}
		r.add(s)
	}
}

// detach takes a partition out of its table. Where other tables refer to that, the
// server reads them: none of their rows may refer to the partition.
func (r *renderer) detach(parent, name schema.Name) {
	to, from := r.now.keysOfFamily(parent)
	s := on(detachPartition, parent)
	s.SQL = r.alterTableSQL(parent, "DETACH PARTITION "+r.QName(name))
	mode := accessExclusive
	if r.version < 140000 && len(from) == 0 {
		mode = shareUpdateExclusive
	}
	also(&s, mode, false, name)
	also(&s, accessExclusive, false, r.now.below(name)...)
	if n, ok := r.now.defaultOf(parent); ok {
		also(&s, accessExclusive, false, n)
	}
	also(&s, accessExclusive, true, from...)
	also(&s, shareRowExclusive, false, to...)
	for _, n := range from {
		s.Scans = true
		s.Hazards = append(s.Hazards,
			render.Hazard{ID: "CORR02", Text: "fails if a row of " + short(n) + " refers to one of " + short(name)},
			render.Hazard{ID: "LOCK20", Text: "every row of " + short(n) + " is read while nobody can read or write it"})
	}
	r.add(r.quiet(parent, s))
}

// withFamily adds the locks that a statement about a table takes on those below.
func (r *renderer) withFamily(table schema.Name, s render.Statement) render.Statement {
	below := r.now.below(table)
	if len(below) == 0 || !r.recurses(s.SQL) {
		return s
	}
	for _, l := range s.Locks {
		if l.Relation != table {
			continue
		}
		for _, n := range below {
			if !slices.ContainsFunc(s.Locks, func(o render.Lock) bool { return o.Relation == n }) {
				s.Locks = append(s.Locks, render.Lock{Relation: n, Mode: l.Mode, Long: l.Long})
			}
		}
		break
	}
	return s
}

// recurses reports whether the statement goes down to the tables below the one it
// names.
func (r *renderer) recurses(sql string) bool {
	if strings.HasSuffix(sql, " NO INHERIT") || strings.HasSuffix(sql, " NO INHERIT NOT VALID") { // a check
		return r.version >= 180000
	}
	if !strings.HasPrefix(sql, "ALTER TABLE ") && !strings.HasPrefix(sql, "CREATE ") {
		return false
	}
	for _, word := range []string{"\n    SET (", " SET (", " RESET (", " RENAME TO ", " SET SCHEMA ", " SET COMPRESSION ", "TRIGGER ", "ROW LEVEL SECURITY", "REPLICA IDENTITY", " OWNER TO ", " SET ACCESS METHOD ", " CLUSTER ON ", " SET WITHOUT CLUSTER", " ONLY ", "INHERIT ", "DETACH PARTITION "} {
		if strings.Contains(sql, word) {
			return false
		}
	}
	return !strings.HasPrefix(sql, "CREATE ") || strings.Contains(sql, " INDEX ")
}

// createPartitionedIndex makes an index of a partitioned table that has rows: on
// the table alone, then on each partition without keeping writers out, and attaches
// these. It turns valid with the last. Where others make the partitions nobody
// knows them here, and the index is made in one go.
func (r *renderer) createPartitionedIndex(c diff.CreateIndex) {
	leaves := r.leaves(c.Table)
	if r.openPartitions(c.Table) || leaves == 0 {
		s := on(createIndex, c.Table)
		if leaves == 0 && !r.openPartitions(c.Table) {
			s.Scans, s.Hazards = false, nil
		}
		s.SQL = r.createIndexSQL(c.Table, c.Index, false)
		r.add(r.withFamily(c.Table, s))
		return
	}
	r.indexOnly(c.Table, c.Index)
	r.indexBelow(c.Table, c.Index, func(n schema.Name) string { return r.freeIndexName(n, c.Index) })
}

func (r *renderer) indexOnly(table schema.Name, x schema.Index) {
	s := on(createIndex, table)
	s.Scans, s.Hazards = false, nil
	s.SQL = strings.Replace(r.createIndexSQL(table, x, false), "ON "+r.QName(table), "ON ONLY "+r.QName(table), 1)
	for i := range s.Locks {
		s.Locks[i].Long = false
	}
	r.add(s)
}

// A partIndex is the index of a partition.
type partIndex struct {
	table schema.Name
	index string
}

// indexBelow builds the index of the table for each partition and attaches it,
// those above before those below in what it returns. name names them.
func (r *renderer) indexBelow(table schema.Name, x schema.Index, name func(partition schema.Name) string) []partIndex {
	var parts []partIndex
	for _, n := range r.now.childrenOf(table) {
		part := x
		part.Name = name(n)
		parts = append(parts, partIndex{n, part.Name})
		switch {
		case r.now.table(n).PartitionBy != "":
			r.indexOnly(n, part)
			parts = append(parts, r.indexBelow(n, part, name)...)
		case r.now.created[n]:
			r.add(render.Statement{SQL: r.createIndexSQL(n, part, false)})
		default:
			r.buildIndex(n, part)
		}
		s := on(attachIndex, n)
		s.SQL = "ALTER INDEX " + r.indexName(table, x.Name) + " ATTACH PARTITION " + r.indexName(n, part.Name)
		r.add(s)
	}
	return parts
}

// freeIndexName is the name that the server would give the index of a partition;
// one that is taken gets a number.
func (r *renderer) freeIndexName(table schema.Name, x schema.Index) string {
	name := diff.AttachedIndexName(table, x)
	for i := 0; ; i++ {
		n := schema.Name{Schema: table.Schema, Local: name}
		if i > 0 {
			suffix := fmt.Sprint(i)
			n.Local = name[:min(len(name), r.MaxIdentifier-len(suffix))] + suffix
		}
		if len(r.owners[n]) == 0 {
			r.owners[n] = append(r.owners[n], owner{"index", table, n.Local})
			return n.Local
		}
	}
}

// openPartitions reports whether the table has partitions that gen does not manage.
func (r *renderer) openPartitions(table schema.Name) bool {
	return slices.ContainsFunc(r.now.unmanaged, func(o schema.Object) bool { return o.Kind == "partition" && o.Table == table })
}
