package postgres_test

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/schema"
)

// A field that is added to package schema shows up here until Inspect fills it
// or it is listed as none of PostgreSQL's business.
func TestInspectForgetsNoField(t *testing.T) {
	url := dbtest.PostgresMajor(t, 18)
	dbtest.Exec(t, url, read(t, "testdata/sink.sql")+`
CREATE TABLE public.newer (a int, b int, t text COMPRESSION pglz, v int GENERATED ALWAYS AS (a) VIRTUAL, UNIQUE NULLS NOT DISTINCT (a), UNIQUE (a, b) DEFERRABLE,
  PRIMARY KEY (a, b) DEFERRABLE INITIALLY DEFERRED, FOREIGN KEY (a, b) REFERENCES public.newer (b, a) ON DELETE SET NULL (b), UNIQUE (b, a),
  CONSTRAINT excl EXCLUDE (a WITH =) DEFERRABLE INITIALLY DEFERRED);
COMMENT ON CONSTRAINT excl ON public.newer IS 'a comment';
CREATE UNIQUE INDEX ON public.newer (b) NULLS NOT DISTINCT;
CREATE UNLOGGED SEQUENCE public.newer_seq;
CREATE TABLE public.whole (a int) PARTITION BY LIST (a);
CREATE INDEX ON public.whole (a);
CREATE TABLE public.part PARTITION OF public.whole DEFAULT;
CREATE TABLE public.spans (a int4range, at daterange, PRIMARY KEY (a, at WITHOUT OVERLAPS), UNIQUE (at, a WITHOUT OVERLAPS),
  FOREIGN KEY (a, PERIOD at) REFERENCES public.spans (a, PERIOD at), CHECK (not isempty(at)) NOT ENFORCED);
ALTER TABLE public.spans ADD COLUMN b int REFERENCES public.newer (b) NOT ENFORCED;
CREATE INDEX lower_t ON public.newer (lower(t));
ALTER INDEX public.lower_t ALTER COLUMN 1 SET STATISTICS 50;
CREATE ACCESS METHOD heaped TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE public.stored (a int) USING heaped;
ALTER TABLE public.stored ADD CONSTRAINT filled NOT NULL a NO INHERIT NOT VALID;
COMMENT ON CONSTRAINT filled ON public.stored IS 'a comment';
CREATE TABLE public.heir () INHERITS (public.newer);
CREATE TRIGGER touch BEFORE UPDATE OF a ON public.newer FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();`)
	have := inspect(t, url, "public", "shop")
	seen := map[string]bool{}
	collect(reflect.ValueOf(*have), seen)
	collect(reflect.ValueOf(*oneOfEach(t)), seen)
	collect(reflect.ValueOf(*withAccess(t)), seen)
	var forgotten []string
	for field, filled := range seen {
		if !filled {
			forgotten = append(forgotten, field)
		}
	}
	slices.Sort(forgotten)
	want := []string{
		"Access.Pos", "Check.Derived", "Check.Pos", "Column.Autoincrement", "Column.Backfill", "Column.Pos", "Column.Was", "Enum.Pos", "Enum.Was", "Exclusion.Derived", "Exclusion.Pos",
		"ForeignKey.Derived", "ForeignKey.Pos", "Index.Derived", "Index.Pos", "Object.Pos", "Object.Was", "PrimaryKey.Derived", "PrimaryKey.Pos",
		"Schema.Pos", "Sequence.Pos", "Sequence.Was", "Table.OpenPartitions", "Table.Pos", "Table.Strict", "Table.Was", "Table.WithoutRowid", "Unique.Derived", "Unique.Pos",
	}
	if d := cmp.Diff(want, forgotten); d != "" {
		t.Errorf("fields that are never filled (-expected +got):\n%s", d)
	}
}

// oneOfEach is a database with everything that is told by its definition, and
// privileges on it.
func oneOfEach(t *testing.T) *schema.Database {
	t.Helper()
	url := dbtest.Postgres(t)
	dbtest.Exec(t, url, read(t, "../../testdata/objects/one.sql")+"GRANT SELECT ON public.happy TO PUBLIC;")
	ctx := context.Background()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	db, _, err := postgres.Inspect(ctx, c, introspect.Options{Objects: true})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// collect notes for every field of every struct whether it is ever set.
func collect(v reflect.Value, seen map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			collect(v.Elem(), seen)
		}
	case reflect.Slice:
		for i := range v.Len() {
			collect(v.Index(i), seen)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[schema.Pos]() {
			return
		}
		for i := range v.NumField() {
			name := v.Type().Name() + "." + v.Type().Field(i).Name
			seen[name] = seen[name] || !v.Field(i).IsZero()
			collect(v.Field(i), seen)
		}
	}
}

// withAccess is a database with privileges of every sort.
func withAccess(t *testing.T) *schema.Database {
	t.Helper()
	url := dbtest.Postgres(t)
	dbtest.Exec(t, url, `CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, a text);
REVOKE INSERT ON t FROM CURRENT_USER; GRANT SELECT (a) ON t TO pg_monitor WITH GRANT OPTION;
SET ROLE pg_monitor; GRANT SELECT (a) ON t TO PUBLIC`)
	ctx := context.Background()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	db, _, err := postgres.Inspect(ctx, c, introspect.Options{Privileges: true})
	if err != nil {
		t.Fatal(err)
	}
	return db
}
