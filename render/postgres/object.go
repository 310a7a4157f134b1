package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// Objects come with the statement that creates them, in the server's words.
// What is written here is how each kind is called in DROP and COMMENT, what it
// locks, and what an ALTER changes in place (object_facet.go).

func (r *renderer) createObject(c diff.CreateObject) {
	o := c.Object
	if !r.supports(o) {
		return
	}
	if o.Kind == schema.KindPublication {
		o.SQL, o.Facets = withOptions(o)
	}
	if o.SQL != "" {
		r.onObject(createForm[o.Kind], o, o.SQL)
	}
	for _, f := range o.Facets {
		r.setFacet(o, f)
	}
	r.restoreClones(o)
	r.commentObject(o, "")
	for _, sql := range o.Grants {
		r.onObject(noForm, o, sql)
	}
}

func (r *renderer) dropObject(c diff.DropObject) {
	o := c.Object
	switch o.Kind {
	case schema.KindRowSecurity:
		for _, f := range o.Facets {
			r.dropFacet(o, f)
		}
	case schema.KindReplicaIdentity:
		r.onObject(dropForm[o.Kind], o, "ALTER TABLE "+r.QName(o.Table)+" REPLICA IDENTITY DEFAULT")
	case schema.KindCluster:
		table, _, _ := strings.Cut(o.SQL, " CLUSTER ON ")
		r.onObject(dropForm[o.Kind], o, table+" SET WITHOUT CLUSTER")
	case schema.KindPublicationTable:
		r.onObject(dropForm[o.Kind], o, "ALTER PUBLICATION "+r.Ident(o.Name.Local)+" DROP TABLE ONLY "+r.QName(o.Table))
	default:
		r.onObject(dropForm[o.Kind], o, "DROP "+r.objectName(o))
	}
}

func (r *renderer) alterObject(c diff.AlterObject) {
	if !r.supports(c.To) {
		return
	}
	if c.To.Users == nil { // a file does not know them
		c.To.Users = c.From.Users
	}
	if c.Rebuilds() {
		r.rebuildDomain(c)
		return
	}
	if c.From.SQL != c.To.SQL {
		switch c.To.Kind {
		case schema.KindComposite:
			r.alterAttributes(c)
		case schema.KindReplicaIdentity, schema.KindCluster:
			r.onObject(createForm[c.To.Kind], c.To, c.To.SQL)
		default:
			r.onObject(replaceForm[c.To.Kind], c.To, orReplace(c.To.SQL))
		}
	}
	c.From = r.renameChecks(c.From, c.To)
	for _, f := range c.From.Facets {
		if !slices.ContainsFunc(c.To.Facets, func(t schema.Option) bool { return t.Name == f.Name }) {
			r.dropFacet(c.To, f)
		}
	}
	for _, f := range c.To.Facets {
		had := slices.IndexFunc(c.From.Facets, func(h schema.Option) bool { return h.Name == f.Name })
		switch {
		case had < 0:
			r.setFacet(c.To, f)
		case c.From.Facets[had].Value != f.Value:
			r.changeFacet(c.To, c.From.Facets[had], f)
		}
	}
	if !slices.Equal(c.From.Facets, c.To.Facets) {
		r.restoreClones(c.To)
	}
	r.commentObject(c.To, c.From.Comment)
}

// orReplace is CREATE … as CREATE OR REPLACE ….
func orReplace(sql string) string {
	rest, ok := strings.CutPrefix(sql, "CREATE ")
	if !ok || strings.HasPrefix(rest, "OR REPLACE ") {
		return sql
	}
	return "CREATE OR REPLACE " + rest
}

// supports refuses what the server does not have yet.
func (r *renderer) supports(o schema.Object) bool {
	if isPublication(o.Kind) {
		return r.supportsPublication(o)
	}
	if o.Kind == schema.KindView && strings.Contains(o.SQL, "security_invoker") {
		return r.atLeast(15, "security_invoker views", o.Ref().String())
	}
	return true
}

// objectName is the object as DROP and COMMENT ON call it, kind and all.
func (r *renderer) objectName(o schema.Object) string {
	word := objectWord[o.Kind]
	switch {
	case o.Kind == schema.KindTrigger || o.Kind == schema.KindRule || o.Kind == schema.KindPolicy:
		return word + " " + r.Ident(o.Name.Local) + " ON " + r.QName(o.Table)
	case o.Kind == schema.KindAggregate && o.Args == "":
		return word + " " + r.QName(o.Name) + "(*)"
	case schema.IsRoutine(o.Kind):
		return word + " " + r.QName(o.Name) + "(" + o.Args + ")"
	case o.Kind == schema.KindExtension:
		return word + " " + r.Ident(o.Name.Local)
	}
	return word + " " + r.QName(o.Name)
}

// objectWord is the kind in SQL.
var objectWord = map[string]string{
	schema.KindExtension:        "EXTENSION",
	schema.KindCollation:        "COLLATION",
	schema.KindDomain:           "DOMAIN",
	schema.KindComposite:        "TYPE",
	schema.KindRange:            "TYPE",
	schema.KindFunction:         "FUNCTION",
	schema.KindWindow:           "FUNCTION",
	schema.KindProcedure:        "PROCEDURE",
	schema.KindAggregate:        "AGGREGATE",
	schema.KindView:             "VIEW",
	schema.KindMaterializedView: "MATERIALIZED VIEW",
	schema.KindIndex:            "INDEX",
	schema.KindRule:             "RULE",
	schema.KindTrigger:          "TRIGGER",
	schema.KindPolicy:           "POLICY",
	schema.KindStatistics:       "STATISTICS",
	schema.KindPublication:      "PUBLICATION",
}

func (r *renderer) commentObject(o schema.Object, had string) {
	if o.Comment == had || objectWord[o.Kind] == "" {
		return
	}
	r.comment(r.objectName(o), o.Comment)
}

// The forms of statements about objects, by kind. Kinds that are not here take
// no lock that anybody notices, or one on the object alone.
var (
	createForm = map[string]form{
		schema.KindTrigger: createTrigger, schema.KindRule: changeRule, schema.KindPolicy: changePolicy,
		schema.KindStatistics: changeStatistics, schema.KindRowSecurity: changePolicy, schema.KindReplicaIdentity: setReplicaIdentity,
		schema.KindCluster: clusterOn,
		schema.KindIndex:   createIndex, schema.KindPublicationTable: changePublication,
	}
	replaceForm = map[string]form{schema.KindView: replaceView}
	dropForm    = map[string]form{
		schema.KindTrigger: dropTrigger, schema.KindRule: changeRule, schema.KindPolicy: changePolicy,
		schema.KindStatistics: changeStatistics, schema.KindRowSecurity: changePolicy, schema.KindReplicaIdentity: setReplicaIdentity,
		schema.KindCluster: clusterOn,
		schema.KindView:    dropView, schema.KindMaterializedView: dropView, schema.KindIndex: dropIndex,
		schema.KindPublicationTable: changePublication,
	}
)

// onObject appends a statement about an object, with the locks of its form on
// the relation it belongs to, or on itself where it is a relation.
func (r *renderer) onObject(f form, o schema.Object, sql string) {
	table := o.Table
	if table.IsZero() {
		table = o.Name
	}
	s := on(f, table)
	s.SQL = sql
	r.onTable(table, s)
}
