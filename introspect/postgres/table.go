package postgres

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A relation is a row of pg_class with what belongs to it.
type relation struct {
	oid         oid
	name        schema.Name
	kind        byte // relkind: r p v m f S c i I
	persistence byte
	method      oid
	tablespace  oid
	options     []string
	toast       []string
	rowSecurity bool
	forced      bool // row security also for the owner
	identity    byte // replica identity: d n f i
	partition   bool
	bound       string // of a partition, as the server prints it
	detaching   bool   // DETACH … CONCURRENTLY has been interrupted (14)
	parents     []oid  // inheritance, in its order; of an index the one it is attached to
	ofType      oid
	judged      bool // managed is known
	managed     bool // see isTable

	partitionKey string // of a partitioned table, as the server prints it

	columns     []columnRow
	constraints []*constraintRow
	attached    []*constraintRow // of a partition: those that belong to one of its partitioned table
	indexes     []*indexRow
}

func (k *catalog) readRelation(r *row) {
	rel := &relation{oid: r.oid()}
	rel.name.Schema = k.namespaces[r.oid()]
	rel.name.Local = r.text()
	rel.kind, rel.persistence, rel.method, rel.tablespace = r.char(), r.char(), r.oid(), r.oid()
	rel.options = r.texts()
	rel.rowSecurity, rel.forced, rel.identity, rel.partition = r.bool(), r.bool(), r.char(), r.bool()
	rel.ofType = r.oid()
	columns := r.int()
	rel.partitionKey, rel.bound = k.said(r.text()), k.said(r.text())
	if rel.kind == 'p' {
		k.texts.relations[rel.oid] = true
	}
	k.relations[rel.oid] = rel
	if rel.kind == 'r' || rel.kind == 'p' {
		k.tables = append(k.tables, rel)
		rel.columns = make([]columnRow, 0, columns)
	}
}

// relation is the one with that oid, or nil. Rows of one relation mostly come
// one behind the other.
func (k *catalog) relation(id oid) *relation {
	if k.latest == nil || k.latest.oid != id {
		k.latest = k.relations[id]
	}
	return k.latest
}

func (k *catalog) readToast(r *row) {
	if rel := k.relations[r.oid()]; rel != nil {
		rel.toast = r.texts()
	}
}

func (k *catalog) readInherits(r *row) {
	rel, parent, detaching := k.relations[r.oid()], r.oid(), r.bool()
	if rel != nil {
		rel.parents = append(rel.parents, parent)
		rel.detaching = detaching
	}
}

// column is the column with that number, or nil.
func (t *relation) column(n int16) *columnRow {
	// Numbers are dense until a column is dropped.
	if i := int(n) - 1; i >= 0 && i < len(t.columns) && t.columns[i].number == n {
		return &t.columns[i]
	}
	for i := range t.columns {
		if t.columns[i].number == n {
			return &t.columns[i]
		}
	}
	return nil
}

// passedOver reports whether the relation is left out altogether: it belongs to
// an extension, or the caller wants it excluded.
func (k *catalog) passedOver(rel *relation) bool {
	return k.excluded(rel.name) || k.members[object{class: classRelation, id: rel.oid}]
}

// sortedRelations are the relations in the order of their names, but for indexes
// that nothing is to be said of apart from their tables.
func (k *catalog) sortedRelations() []*relation {
	if k.byName != nil {
		return k.byName
	}
	list := make([]*relation, 0, len(k.tables))
	for _, rel := range k.relations {
		if rel.kind == 'i' || rel.kind == 'I' {
			if _, commented := k.comments[object{class: classRelation, id: rel.oid}]; !commented && !k.passedOver(rel) {
				continue
			}
		}
		list = append(list, rel)
	}
	slices.SortFunc(list, func(a, b *relation) int { return a.name.Compare(b.name) })
	k.byName = list
	return list
}

func (k *catalog) buildTables(db *schema.Database) error {
	db.Tables = slices.Grow(db.Tables, len(k.tables))
	for _, rel := range k.sortedRelations() {
		if !k.isTable(rel) {
			continue
		}
		t := schema.Table{
			Name:     rel.name,
			Method:   k.storedBy(rel),
			Unlogged: rel.persistence == 'u',
			Options:  parseOptions(rel.options, ""),
			Comment:  k.comment(classRelation, rel.oid, 0),
		}
		k.buildAncestry(rel, &t)
		t.Options = append(t.Options, parseOptions(rel.toast, "toast.")...)
		t.Columns = make([]schema.Column, 0, len(rel.columns))
		for i := range rel.columns {
			t.Columns = append(t.Columns, k.buildColumn(rel, &rel.columns[i]))
		}
		if err := k.buildConstraints(rel, &t); err != nil {
			return err
		}
		if err := k.buildIndexes(rel, &t); err != nil {
			return err
		}
		db.Tables = append(db.Tables, t)
	}
	return nil
}

// storedBy is the access method of a table; empty for heap, and for a partitioned
// table that hands none down (before 17 it has none).
func (k *catalog) storedBy(rel *relation) string {
	m := k.methods[rel.method]
	if m == "heap" && rel.kind != 'p' {
		return ""
	}
	return m
}

// parseOptions splits the elements of reloptions, "name=value".
func parseOptions(list []string, prefix string) []schema.Option {
	var options []schema.Option
	for _, s := range list {
		name, value, _ := strings.Cut(s, "=")
		options = append(options, schema.Option{Name: prefix + name, Value: optionValue(name, value)})
	}
	slices.SortFunc(options, func(a, b schema.Option) int { return cmp.Compare(a.Name, b.Name) })
	return options
}

// Storage parameters by the type of their value, over all versions
// (src/backend/access/common/reloptions.c). The catalog keeps what the user
// wrote: "on", "TRUE" and "1" are one value.
const (
	booleanOptions = " autovacuum_enabled vacuum_truncate user_catalog_table fastupdate deduplicate_items autosummarize security_barrier security_invoker "
	numberOptions  = " autovacuum_vacuum_scale_factor autovacuum_vacuum_insert_scale_factor autovacuum_analyze_scale_factor autovacuum_vacuum_cost_delay" +
		" n_distinct n_distinct_inherited vacuum_max_eager_freeze_failure_rate seq_page_cost random_page_cost "
	wordOptions = " vacuum_index_cleanup buffering "
)

// optionValue is the normal spelling of the value of a storage parameter.
func optionValue(name, value string) string {
	name = " " + strings.TrimPrefix(name, "toast.") + " "
	value = strings.TrimSpace(value)
	lower := strings.ToLower(value)
	switch {
	case strings.Contains(booleanOptions, name):
		if b, ok := parseBool(lower); ok {
			return strconv.FormatBool(b)
		}
	case strings.Contains(wordOptions, name):
		if lower == "auto" {
			return lower
		}
		if b, ok := parseBool(lower); ok {
			if b {
				return "on"
			}
			return "off"
		}
	case strings.Contains(numberOptions, name):
		if f, err := strconv.ParseFloat(value, 64); err == nil {
			return strconv.FormatFloat(f, 'g', -1, 64)
		}
	default:
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return strconv.FormatInt(n, 10)
		}
	}
	return value
}

// parseBool reads a boolean as the server does (parse_bool, src/backend/utils/adt/bool.c):
// any unique prefix of true, false, yes, no; on, off, of; 1 and 0.
func parseBool(s string) (value, ok bool) {
	switch {
	case s == "":
		return false, false
	case strings.HasPrefix("true", s), strings.HasPrefix("yes", s), s == "on", s == "1":
		return true, true
	case strings.HasPrefix("false", s), strings.HasPrefix("no", s), strings.HasPrefix("off", s) && len(s) > 1, s == "0":
		return false, true
	}
	return false, false
}
