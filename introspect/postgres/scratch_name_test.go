package postgres

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// A table or an alias may have the name of a schema: o.x is a column then, but
// where the schema has something of that name.
func TestObjectsAliasNamedLikeASchema(t *testing.T) {
	url := dbtest.Postgres(t)
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	table := func(namespace, local string, columns ...string) schema.Table {
		n := schema.Table{Name: schema.Name{Schema: namespace, Local: local}}
		for _, c := range columns {
			n.Columns = append(n.Columns, schema.Column{Name: c, Type: schema.Type{Text: "integer"}})
		}
		return n
	}
	want := &schema.Database{Tables: []schema.Table{table("public", "o", "x", "z"), table("o", "pt", "x", "y")}}
	for _, row := range []struct{ name, sql, said string }{
		{"an alias", "CREATE VIEW v AS SELECT o.y FROM o.pt o", "CREATE VIEW public.v AS\n SELECT y\n   FROM o.pt o"},
		{"a table", "CREATE VIEW v AS SELECT o.x, pt.y FROM o.pt, public.o WHERE o.z = o.pt.x", "CREATE VIEW public.v AS\n SELECT o.x,\n    pt.y\n   FROM o.pt,\n    public.o\n  WHERE (o.z = pt.x)"},
		{"a function of the schema beside the table", "CREATE FUNCTION o.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW v AS SELECT o.f() + o.z AS s FROM o", "CREATE VIEW public.v AS\n SELECT (o.f() + z) AS s\n   FROM public.o"},
		{"no alias", "CREATE VIEW v AS SELECT x FROM o.pt", "CREATE VIEW public.v AS\n SELECT x\n   FROM o.pt"},
	} {
		t.Run(row.name, func(t *testing.T) {
			db, err := Objects(t.Context(), c, want, nil, []introspect.SQLFile{{Path: "v.sql", Text: row.sql}}, introspect.Options{Schemas: []string{"public", "o"}})
			if err != nil {
				t.Fatal(err)
			}
			v := db.Object(schema.Ref{Kind: schema.KindView, Name: schema.Name{Schema: "public", Local: "v"}})
			if d := cmp.Diff(unprefixed(row.said), unprefixed(v.SQL)); d != "" {
				t.Error(d)
			}
		})
	}
}

// unprefixed is the text of a view as all majors print it: until PostgreSQL 16
// they named the table of each column.
func unprefixed(sql string) string {
	for _, c := range []string{"x", "y", "z"} {
		for _, t := range []string{"o", "pt"} {
			sql = regexp.MustCompile(`\b`+t+`\.`+c+`\b`).ReplaceAllString(sql, c)
		}
	}
	return sql
}

// A function may have the name of one that an installed extension brought.
func TestObjectsNamedLikeAMember(t *testing.T) {
	url := dbtest.Postgres(t)
	dbtest.Exec(t, url, "CREATE EXTENSION hstore; CREATE FUNCTION akeys(a int) RETURNS int LANGUAGE sql AS 'SELECT 0'")
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	file := introspect.SQLFile{Path: "f.sql", Text: `CREATE FUNCTION public.akeys(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE EXTENSION hstore;
CREATE VIEW v AS SELECT public.akeys(1) AS a, public.akeys('a=>1'::public.hstore) AS b, akeys(2) AS c`}
	db, err := Objects(t.Context(), c, &schema.Database{}, nil, []introspect.SQLFile{file}, introspect.Options{Schemas: []string{"public"}})
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, o := range db.Objects {
		texts = append(texts, o.SQL)
	}
	if d := cmp.Diff([]string{
		"CREATE EXTENSION hstore",
		"CREATE FUNCTION public.akeys(a integer)\n RETURNS integer\n LANGUAGE sql\nAS $function$SELECT 1$function$",
		"CREATE VIEW public.v AS\n SELECT public.akeys(1) AS a,\n    public.akeys('\"a\"=>\"1\"'::public.hstore) AS b,\n    public.akeys(2) AS c",
	}, texts); d != "" {
		t.Error(d)
	}
}
