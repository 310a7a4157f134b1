package postgres_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/schema"
)

// Which operator class an index takes by itself follows from coercions that only
// the server knows in full. Its own definition of the index is the witness.
func TestInspectTellsDefaultOperatorClasses(t *testing.T) {
	url := dbtest.Postgres(t)
	dbtest.Exec(t, url, `
CREATE EXTENSION ltree; CREATE EXTENSION intarray; CREATE EXTENSION hstore;
CREATE DOMAIN dint AS int; CREATE DOMAIN dtext AS varchar(20); CREATE DOMAIN darray AS int[]; CREATE DOMAIN ddint AS dint;
CREATE TYPE mood AS ENUM ('ok'); CREATE TYPE pair AS (a int, b int); CREATE TYPE span AS RANGE (SUBTYPE = int);
CREATE OPERATOR CLASS backwards FOR TYPE int USING btree AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(int, int);
CREATE TABLE t (a dint, b dtext, c darray, d ddint, e mood, f mood[], g pair, h span, i span[], j regclass, k varbit, l char(3), m cidr, n name, o oid, p ltree, q int[], r hstore, s tsvector, u box, v varchar, w pair[], x inet)`)
	have := inspect(t, url)
	var script strings.Builder
	columns := have.Tables[0].Columns
	for _, c := range columns {
		for _, method := range []string{"btree", "hash", "gin", "gist", "spgist", "brin"} {
			// Not every type has a default class for every method.
			script.WriteString("DO $$ BEGIN CREATE INDEX " + c.Name + "_" + method + " ON t USING " + method + " (" + c.Name + "); EXCEPTION WHEN undefined_object OR feature_not_supported OR datatype_mismatch THEN END $$;\n")
		}
	}
	for _, explicit := range []string{"btree (a int4_ops)", "btree (a backwards)", "btree (b bpchar_ops)", "btree (b text_pattern_ops)", "btree (v varchar_ops)", "btree (v bpchar_ops)",
		"gin (q gin__int_ops)", "gin (q array_ops)", "gist (q gist__int_ops)", "gist (x inet_ops)", "btree (l bpchar_pattern_ops)", "btree (d backwards DESC)", "btree (lower(v) bpchar_ops)"} {
		script.WriteString("CREATE INDEX ON t USING " + explicit + ";\n")
	}
	dbtest.Exec(t, url, script.String())
	have = inspect(t, url)
	if len(have.Tables[0].Indexes) < 70 {
		t.Fatalf("only %d indexes could be made", len(have.Tables[0].Indexes))
	}
	rows, err := connect(t, url).Query(t.Context(), `SELECT c.relname, pg_get_indexdef(i.indexrelid), o.opcname FROM pg_index i
 JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_opclass o ON o.oid = i.indclass[0] WHERE i.indrelid = 't'::regclass`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var name, def, class string
		if err := rows.Scan(&name, &def, &class); err != nil {
			t.Fatal(err)
		}
		want := schema.Name{}
		if strings.Contains(def, " "+class) {
			want.Local = class
		}
		for _, x := range have.Tables[0].Indexes {
			if x.Name == name && x.Keys[0].Opclass.Local != want.Local {
				t.Errorf("%s: operator class %q, want %q", def, x.Keys[0].Opclass, want)
			}
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}

	// What the server has is canonical, and so is the same with every class named.
	want := schema.Clone(have)
	want.Unmanaged = nil
	got, _ := canonical(t, url, want, have)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
