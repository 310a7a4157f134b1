package modelscan

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/internal/dbtest"
)

// TestDerivedNamesAreTheServers creates tables whose constraints and indexes
// have no names, and compares the names a server gives them with ours.
func TestDerivedNamesAreTheServers(t *testing.T) {
	const long = "a_table_with_a_name_that_is_much_longer_than_sixty_three_bytes"
	const col = "a_column_with_a_name_that_is_long"
	sql := `
CREATE TABLE t (id bigint PRIMARY KEY, a bigint CHECK (a > 0), b text UNIQUE, c text, d bigint REFERENCES t, during tstzrange,
	CHECK (a > d), CHECK (lower(b) <> ''), CHECK (id > 0 OR id < -1), UNIQUE (b, c), EXCLUDE USING gist (during WITH &&), EXCLUDE USING btree (lower(b) WITH =),
	FOREIGN KEY (a) REFERENCES t (id), FOREIGN KEY (a) REFERENCES t (id));
CREATE INDEX ON t (a);
CREATE INDEX ON t (a DESC, c);
CREATE INDEX ON t (lower(b), lower(c), (a + 1), (a - 1));
CREATE INDEX ON t (coalesce(b, c), (b || c), (a::text));
CREATE UNIQUE INDEX ON t (a);
CREATE TABLE ` + long + ` (id bigint PRIMARY KEY, ` + col + ` bigint UNIQUE CHECK (` + col + ` > 0) REFERENCES t, s bigint CHECK (s > 0 AND s < 9));
CREATE INDEX ON ` + long + ` (` + col + `, s);
CREATE INDEX ON ` + long + ` (s);
CREATE INDEX ON ` + long + ` (s);
CREATE TABLE "Größen und Maße" ("Höhe in Zentimetern, gemessen am Morgen, vor dem Frühstück" bigint PRIMARY KEY, ä bigint UNIQUE);`
	src := "package m\n\nimport \"github.com/jackc/pgx/v5/pgtype\"\n" + `
//gen:table t
//gen:check (a > d)
//gen:check (lower(b) <> '')
//gen:check (id > 0 OR id < -1)
//gen:unique (b, c)
//gen:exclude using gist (during WITH &&)
//gen:exclude using btree (lower(b) WITH =)
//gen:fk (a) references t (id)
//gen:fk (a) references t (id)
//gen:index (a)
//gen:index (a DESC, c)
//gen:index (lower(b), lower(c), (a + 1), (a - 1))
//gen:index (coalesce(b, c), (b || c), (a::text))
//gen:unique index (a)
type T struct {
	ID int64 ` + "`gen:\"pk\"`" + `
	A int64 ` + "`gen:\"check:a > 0\"`" + `
	B string ` + "`gen:\"unique\"`" + `
	C string
	D int64 ` + "`gen:\"ref:t\"`" + `
	During pgtype.Tstzrange
}

//gen:table ` + long + `
type Long struct {
	ID int64 ` + "`gen:\"pk\"`" + `
	L int64 ` + "`db:\"" + col + "\" gen:\"unique;check:" + col + " > 0;ref:t\"`" + `
	S int64 ` + "`gen:\"check:s > 0 AND s < 9;index;index\"`" + `
}

//gen:table "Größen und Maße"
type G struct {
	H int64 ` + "`db:\"Höhe in Zentimetern, gemessen am Morgen, vor dem Frühstück\" gen:\"pk\"`" + `
	A int64 ` + "`db:\"ä\" gen:\"unique\"`" + `
}
`
	src = strings.Replace(src, "//gen:table "+long, "//gen:index ("+col+", s)\n//gen:table "+long, 1)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "m.go"), []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	res, err := Scan(context.Background(), Options{Dir: dir, Dialect: dialect.Postgres(), withoutGo: true})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, table := range res.Database.Tables {
		name := table.Name.Local
		got[name] = append(got[name], table.PrimaryKey.Name)
		for _, x := range table.Uniques {
			got[name] = append(got[name], x.Name)
		}
		for _, x := range table.Checks {
			got[name] = append(got[name], x.Name)
		}
		for _, x := range table.ForeignKeys {
			got[name] = append(got[name], x.Name)
		}
		for _, x := range table.Exclusions {
			got[name] = append(got[name], x.Name)
		}
		for _, x := range table.Indexes {
			got[name] = append(got[name], x.Name)
		}
	}
	url := dbtest.Postgres(t)
	dbtest.Exec(t, url, sql)
	if diff := cmp.Diff(serverNames(t, url), got, sortStrings()); diff != "" {
		t.Errorf("(-server +derived):\n%s", diff)
	}
}

func sortStrings() cmp.Option {
	return cmp.Transformer("sorted", func(list []string) map[string]int {
		m := map[string]int{}
		for _, s := range list {
			m[s]++
		}
		return m
	})
}

// serverNames lists constraints and indexes by table.
func serverNames(t *testing.T, url string) map[string][]string {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `
SELECT c.relname::text, k.conname::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype <> 'n' AND c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT c.relname, i.relname FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE c.relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'))`)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string][]string{}
	for rows.Next() {
		var table, name string
		if err := rows.Scan(&table, &name); err != nil {
			t.Fatal(err)
		}
		names[table] = append(names[table], name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return names
}
