package postgres

import (
	"slices"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// A catalog is what the queries returned, by oid, before it is put together.
type catalog struct {
	version int // of the server
	options introspect.Options
	info    Info

	snapshot    string
	moved       bool // other sessions changed what was printed
	namespaces  map[oid]string
	managed     []oid // the schemas asked for that exist
	members     map[object]bool
	relations   map[oid]*relation
	latest      *relation   // see relation
	tables      []*relation // the ordinary and partitioned ones, as they came
	byName      []*relation // see sortedRelations
	sequences   map[oid]*sequence
	identities  map[columnKey]*sequence
	types       map[oid]*typeRow
	typeOrder   []oid
	methods     map[oid]string
	tablespaces map[oid]string
	opclasses   map[oid]opclass
	defaultOps  map[opclassKey]oid
	comments    map[object]string
	used        map[object]bool // comments that found their object
	others      []other
	likeness    map[oid]string    // of relations that are no tables to gen
	owners      map[object]string // of whatever there is, where owners are managed
	uses        map[object][]columnKey
	outsiders   []outsider

	ignored []schema.Object // what is left alone

	objects      []*objectRow
	grants       map[object][]grant
	acl          map[object][]aclRow
	defaultACL   []defaultRow
	role         string // who asks, as SQL writes it
	dependencies []dependency
	users        []user

	constraints map[oid]*constraintRow

	referenced map[oid]*relation // by foreign keys, outside of relations or of another kind

	columnTypes map[typeKey]columnType // second pipeline
	collations  map[oid]schema.Name
	operators   map[oid]string
	texts       texts

	shared *shared
}

// An object is the address of anything in the catalog, as pg_depend and
// pg_description give it.
type object struct {
	class, id oid
	sub       int16
}

// oids of catalogs, fixed by the server's sources (src/include/catalog).
const (
	classType       oid = 1247
	classRelation   oid = 1259
	classConstraint oid = 2606
	classNamespace  oid = 2615
)

func newCatalog(version int, o introspect.Options) *catalog {
	return &catalog{
		version: version, options: o,
		namespaces: map[oid]string{}, members: map[object]bool{}, relations: map[oid]*relation{},
		sequences: map[oid]*sequence{}, identities: map[columnKey]*sequence{}, types: map[oid]*typeRow{}, methods: map[oid]string{},
		opclasses: map[oid]opclass{}, defaultOps: map[opclassKey]oid{},
		constraints: map[oid]*constraintRow{}, referenced: map[oid]*relation{}, comments: map[object]string{}, used: map[object]bool{}, likeness: map[oid]string{}, owners: map[object]string{}, tablespaces: map[oid]string{}, uses: map[object][]columnKey{}, grants: map[object][]grant{}, acl: map[object][]aclRow{},
		columnTypes: map[typeKey]columnType{}, collations: map[oid]schema.Name{}, operators: map[oid]string{},
		texts: newTexts(), shared: newShared(),
	}
}

func (k *catalog) readSettings(r *row) {
	k.version = int(r.int())
	k.info.ServerVersion = k.version
	k.info.Database = r.text()
	k.info.Standby = r.bool()
	k.info.CanTemp = r.bool()
	k.snapshot = r.text()
}

func (k *catalog) readNamespace(r *row) {
	id, name := r.oid(), r.name()
	if alias, ok := k.options.Alias[name]; ok {
		name = alias
	}
	k.namespaces[id] = name
	if r.bool() {
		k.managed = append(k.managed, id)
	}
}

func (k *catalog) readExtension(r *row) {
	r.oid()
	name, namespace := r.text(), r.oid()
	k.info.Extensions = append(k.info.Extensions, Extension{Name: name, Schema: k.namespaces[namespace], Version: r.text()})
}

func (k *catalog) readMember(r *row) { k.members[object{class: r.oid(), id: r.oid()}] = true }

func (k *catalog) readAccessMethod(r *row) { id := r.oid(); k.methods[id] = r.name() }

func (k *catalog) readTablespace(r *row) { id := r.oid(); k.tablespaces[id] = r.name() }

func (k *catalog) readCollation(r *row) {
	id := r.oid()
	k.collations[id] = schema.Name{Schema: k.namespaces[r.oid()], Local: r.name()}
}

func (k *catalog) readOperator(r *row) {
	id, namespace := r.oid(), k.namespaces[r.oid()]
	k.operators[id] = operatorText(schema.Name{Schema: namespace, Local: r.text()})
}

func (k *catalog) readMoved(r *row) { k.moved = r.bool() }

// excluded reports whether a relation of that name is to be passed over.
func (k *catalog) excluded(n schema.Name) bool {
	return slices.Contains(k.options.Exclude, n.Local) || slices.Contains(k.options.Exclude, n.String())
}

// database puts together what was read.
func (k *catalog) database() (*schema.Database, error) {
	db := &schema.Database{NamesNotNull: k.version >= 180000}
	for _, id := range k.managed {
		db.Schemas = append(db.Schemas, schema.Schema{Name: k.namespaces[id], Comment: k.schemaComment(id)})
	}
	k.buildEnums(db)
	if err := k.buildTables(db); err != nil {
		return nil, err
	}
	k.buildSequences(db)
	k.buildUnmanaged(db)
	k.buildObjects(db)
	k.buildOutside(db)
	db.Unmanaged = append(db.Unmanaged, k.ignored...) // with what they use, which was just found
	k.buildAccess(db)
	db.Sort()
	return db, nil
}

// pg is the dialect whose rules of quoting apply here.
var pg = dialect.Postgres()
