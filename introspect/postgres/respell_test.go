package postgres

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// What two servers print otherwise is put in the words of the older one, which
// knows less of SQL's own syntax in PostgreSQL 13.
func TestRespellAcrossMajors(t *testing.T) {
	majors := dbtest.PostgresMajors()
	if len(majors) < 2 || testing.Short() {
		t.Skip("two majors are needed")
	}
	const objects = `CREATE DOMAIN d AS timestamptz CHECK (VALUE AT TIME ZONE 'UTC' > '2020-01-01') DEFAULT current_timestamp;
CREATE DOMAIN e AS text DEFAULT trim(both ' ' FROM 'x') CHECK (substring(VALUE FROM 1 FOR 2) = 'x');
CREATE TYPE span AS RANGE (subtype = int); CREATE TYPE myrange AS RANGE (subtype = text);
CREATE EXTENSION hstore;
CREATE VIEW v AS SELECT trim('x') AS x, now() AT TIME ZONE 'UTC' AS y, 'a=>1'::hstore -> 'a' AS h; ALTER VIEW v ALTER x SET DEFAULT trim('x')`
	older, newer := majors[0], majors[len(majors)-1]
	url, other := dbtest.PostgresMajor(t, older), dbtest.PostgresMajor(t, newer)
	dbtest.Exec(t, url, objects)
	dbtest.Exec(t, other, objects+`; CREATE VIEW plain AS SELECT 1 AS one`)
	o := introspect.Options{Schemas: []string{"public"}, Objects: true}
	read := func(url string) (*pgx.Conn, *schema.Database) {
		c, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close(t.Context()) })
		db, _, err := Inspect(t.Context(), c, o)
		if err != nil {
			t.Fatal(err)
		}
		return c, db
	}
	c, have := read(url)
	_, want := read(other)
	if err := Respell(t.Context(), c, want, o); err != nil {
		t.Fatal(err)
	}
	said := func(db *schema.Database) map[string]string {
		texts := map[string]string{}
		for _, o := range db.Objects {
			texts[o.Ref().String()] = o.SQL
			for _, f := range o.Facets {
				if o.Kind != schema.KindExtension {
					texts[o.Ref().String()+" "+f.Name] = f.Value
				}
			}
		}
		return texts
	}
	wanted := said(want)
	delete(wanted, "view public.plain")
	texts := said(have)
	for _, r := range []string{"range type public.span", "range type public.myrange"} {
		if older < 14 && strings.Contains(wanted[r], "MULTIRANGE") {
			t.Errorf("%s: %s", r, wanted[r])
		}
	}
	if d := cmp.Diff(texts, wanted); d != "" {
		t.Error(d)
	}

	// What the older one does not take is told by its name.
	want.Objects = append(want.Objects, schema.Object{Kind: schema.KindView, Name: schema.Name{Schema: "public", Local: "z"}, SQL: "CREATE VIEW public.z AS SELECT nothing()"})
	err := Respell(t.Context(), c, want, o)
	if err == nil || err.Error() != "view public.z: function nothing() does not exist" {
		t.Errorf("error: %v", err)
	}
}

func TestWithoutMultirange(t *testing.T) {
	for _, c := range []struct{ name, multirange, fault string }{
		{"span", "public.span_multirange", ""},
		{"myrange", "public.mymultirange", ""},
		{"Range of it", `public."Range of it_multirange"`, ""},
		{"span", "public.spans", "has a name of its own"},
		{"span", "other.span_multirange", "has a name of its own"},
		{"span", "", ""},
		{strings.Repeat("é", 30), `public."` + strings.Repeat("é", 26) + `_multirange"`, ""},
	} {
		o := schema.Object{Kind: schema.KindRange, Name: schema.Name{Schema: "public", Local: c.name}, SQL: "CREATE TYPE x AS RANGE (SUBTYPE = integer)"}
		if c.multirange != "" {
			o.SQL = strings.TrimSuffix(o.SQL, ")") + ", MULTIRANGE_TYPE_NAME = " + c.multirange + ")"
		}
		sql, fault := withoutMultirange(o)
		if c.fault == "" && (fault != "" || sql != "CREATE TYPE x AS RANGE (SUBTYPE = integer)") || !strings.Contains(fault, c.fault) {
			t.Errorf("%s, %s: %q, %q", c.name, c.multirange, sql, fault)
		}
	}
}

// An extension has the versions that the server at hand has, others are told.
func TestExtensionVersions(t *testing.T) {
	url := dbtest.Postgres(t)
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	hstore := func(version string) *schema.Database {
		return &schema.Database{Objects: []schema.Object{{Kind: schema.KindExtension, Name: schema.Name{Local: "hstore"}, Facets: []schema.Option{{Name: "schema", Value: "public"}, {Name: "version", Value: version}}}}}
	}
	for _, row := range []struct {
		name     string
		have     *schema.Database
		to, left string
		told     bool
	}{
		{"the same", hstore("1.4"), "1.4", "1.4", false},
		{"there is a way", hstore("1.4"), "1.5", "1.5", false},
		{"there is none", hstore("1.4"), "99", "1.4", true},
		{"new, and there", &schema.Database{}, "1.4", "1.4", false},
		{"new, and not there", &schema.Database{}, "99", "", true},
	} {
		want := hstore(row.to)
		notes, err := ExtensionVersions(t.Context(), c, want, row.have)
		if err != nil {
			t.Fatal(err)
		}
		left := ""
		if i := slices.IndexFunc(want.Objects[0].Facets, func(f schema.Option) bool { return f.Name == "version" }); i >= 0 {
			left = want.Objects[0].Facets[i].Value
		}
		if left != row.left || (len(notes) > 0) != row.told {
			t.Errorf("%s: version %q, %v", row.name, left, notes)
		}
	}
}
