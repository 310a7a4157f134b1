package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

func isPublication(kind string) bool {
	return kind == schema.KindPublication || kind == schema.KindPublicationTable
}

// publicationDefaults are the options of a publication as they are where nobody
// says anything (manual of PostgreSQL 18, CREATE PUBLICATION).
var publicationDefaults = map[string]string{
	"publish":                    "insert, update, delete, truncate",
	"publish_via_partition_root": "false",
	"publish_generated_columns":  "none",
}

// schemaFacet begins the name of the facet that puts a schema into a
// publication; the name of the schema follows, quoted.
const schemaFacet = "schema "

// withOptions is the statement that creates a publication with its options, and
// the facets that are left.
func withOptions(o schema.Object) (sql string, left []schema.Option) {
	var options []string
	for _, f := range o.Facets {
		if _, ok := publicationDefaults[f.Name]; ok {
			options = append(options, publicationOption(f.Name, f.Value))
		} else {
			left = append(left, f)
		}
	}
	if len(options) == 0 {
		return o.SQL, left
	}
	return o.SQL + " WITH (" + strings.Join(options, ", ") + ")", left
}

func publicationOption(name, value string) string {
	if name == "publish" {
		value = "'" + value + "'"
	}
	return name + " = " + value
}

func (r *renderer) publicationFacet(o schema.Object, f schema.Option) string {
	alter := "ALTER PUBLICATION " + r.Ident(o.Name.Local)
	if name, ok := strings.CutPrefix(f.Name, schemaFacet); ok {
		return alter + " ADD TABLES IN SCHEMA " + name
	}
	return alter + " SET (" + publicationOption(f.Name, f.Value) + ")"
}

func (r *renderer) publicationWithout(o schema.Object, f schema.Option) string {
	if name, ok := strings.CutPrefix(f.Name, schemaFacet); ok {
		return "ALTER PUBLICATION " + r.Ident(o.Name.Local) + " DROP TABLES IN SCHEMA " + name
	}
	return r.publicationFacet(o, schema.Option{Name: f.Name, Value: publicationDefaults[f.Name]})
}

// supportsPublication refuses what the server does not have yet.
func (r *renderer) supportsPublication(o schema.Object) bool {
	has := func(name string) bool {
		return slices.ContainsFunc(o.Facets, func(f schema.Option) bool { return strings.HasPrefix(f.Name, name) })
	}
	switch {
	case has(schemaFacet):
		return r.atLeast(15, "publications of schemas", o.Ref().String())
	case has("publish_generated_columns"):
		return r.atLeast(18, "publish_generated_columns", o.Ref().String())
	case o.Kind == schema.KindPublicationTable && strings.HasSuffix(o.SQL, ")"):
		return r.atLeast(15, "columns and rows of publications", o.Ref().String())
	}
	return true
}
