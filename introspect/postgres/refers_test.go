package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/schema"
)

// dialect.Refers knows which types may refer to which: every pair of the types a
// key can have is tried on the server.
func TestRefersAsTheServerDecides(t *testing.T) {
	types := strings.Split(`smallint,integer,bigint,numeric(10),real,double precision,money,text,character varying(20),character(3),name,bytea,
boolean,date,time without time zone,time(3) with time zone,timestamp without time zone,timestamp(3) with time zone,interval,uuid,inet,cidr,macaddr,macaddr8,
bit(3),bit varying,oid,xid8,pg_lsn,regclass,regproc,regtype,regrole,tsvector,tsquery,jsonb,int4range,int8range,tsrange,mood,integer[],bigint[],text[],
character varying[],mood[],tid`, ",")
	for i := range types {
		types[i] = strings.TrimSpace(types[i])
	}
	typeOf := func(text string) schema.Type {
		if strings.HasPrefix(text, "mood") {
			return schema.Type{Text: "public." + text, Ref: schema.Name{Schema: "public", Local: "mood"}}
		}
		return schema.Type{Text: text}
	}
	for _, major := range dbtest.PostgresMajors() {
		t.Run(fmt.Sprint(major), func(t *testing.T) {
			url := dbtest.PostgresMajor(t, major)
			dbtest.Exec(t, url, `CREATE TYPE mood AS ENUM ('a'); CREATE TABLE tried (key text, ref text, ok bool);
DO $$ DECLARE k text; f text; types text[] := '{`+strings.Join(types, ",")+`}'; BEGIN
FOREACH k IN ARRAY types LOOP
    EXECUTE format('CREATE TABLE k (a %s UNIQUE)', k);
    FOREACH f IN ARRAY types LOOP BEGIN
        EXECUTE format('CREATE TABLE f (a %s REFERENCES k (a))', f);
        DROP TABLE f;
        INSERT INTO tried VALUES (k, f, true);
    EXCEPTION WHEN datatype_mismatch THEN INSERT INTO tried VALUES (k, f, false);
    END; END LOOP;
    DROP TABLE k;
END LOOP; END $$`)
			rows, err := connect(t, url).Query(t.Context(), "SELECT key, ref, ok FROM tried ORDER BY key, ref")
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for ; rows.Next(); n++ {
				var key, ref string
				var want bool
				if err := rows.Scan(&key, &ref, &want); err != nil {
					t.Fatal(err)
				}
				if got, known := dialect.Refers(typeOf(ref), typeOf(key)); got != want || !known {
					t.Errorf("%s refers to %s: %v (known: %v), the server says %v", ref, key, got, known, want)
				}
			}
			if err := rows.Err(); err != nil || n != len(types)*len(types) {
				t.Fatalf("%d pairs, %v", n, err)
			}
			if _, known := dialect.Refers(schema.Type{Text: "citext"}, schema.Type{Text: "text"}); known {
				t.Error("gen does not know citext")
			}
		})
	}
}
