package postgres

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/migrations"
)

// TestState holds what is known behind statements: tables with their columns and
// constraints, indexes with their tables.
func TestState(t *testing.T) {
	tests := []struct {
		name, sql string
		want      []string
	}{
		{"a table", "CREATE TABLE public.t (id int PRIMARY KEY, a text NOT NULL)", []string{"t: a text not null, id integer not null; primary key (id)"}},
		{"a renamed column, in keys too", "CREATE TABLE t (a int PRIMARY KEY); CREATE INDEX i ON t (a); ALTER TABLE t RENAME a TO b", []string{"i on t (b)", "t: b integer not null; primary key (b)"}},
		{"a renamed table", "CREATE TABLE s.t (a int); CREATE INDEX i ON s.t (a); ALTER TABLE s.t RENAME TO u", []string{"i on s.u (a)", "s.u: a integer"}},
		{"a table in another schema", "CREATE TABLE t (a int); ALTER TABLE t SET SCHEMA s; ALTER TABLE s.t SET SCHEMA public", []string{"t: a integer"}},
		{"a table that goes with its indexes", "CREATE TABLE t (a int); CREATE INDEX i ON t (a); DROP TABLE t", nil},
		{"a column that goes with its constraints", "CREATE TABLE t (a int UNIQUE, b int); ALTER TABLE t DROP COLUMN a", []string{"t: b integer"}},
		{"a validated constraint", "CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT c", []string{"t: a integer; check c"}},
		{"one that is not", "CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", []string{"t: a integer; check c not valid"}},
		{"a key by an index", "CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a); ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY USING INDEX i", []string{"i on t (a)", "t: a integer not null; primary key k (a)"}},
		{"what is added to an unknown table", "ALTER TABLE t ADD COLUMN a int", []string{"t: a integer …"}},
		{"columns of a partition", "CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF t DEFAULT", []string{"p: a integer", "t: a integer"}},
		{"types in other words", "CREATE TABLE t (a int8, b character varying(20), c timestamp (3) without time zone, d numeric(10, 2)[], e pg_catalog.bool)",
			[]string{"t: a bigint, b varchar(20), c timestamp(3), d numeric(10,2)[], e boolean"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list, err := migrations.Split(migrations.Postgres, tt.sql)
			if err != nil {
				t.Fatal(err)
			}
			st := newState("public")
			for i := range list {
				st.apply(parse(&list[i], &migrations.Step{}, "public"))
			}
			if d := cmp.Diff(tt.want, stateText(st)); d != "" {
				t.Error(d)
			}
		})
	}
}

func stateText(st *state) []string {
	var out []string
	for _, name := range sortedKeys(st.indexes) {
		ix := st.indexes[name]
		out = append(out, name+" on "+ix.table+" ("+strings.Join(ix.keys, ", ")+")")
	}
	for _, name := range sortedKeys(st.tables) {
		t := st.tables[name]
		var columns []string
		for _, c := range sortedKeys(t.columns) {
			text := c + " " + t.columns[c].typ
			if t.columns[c].notNull {
				text += " not null"
			}
			columns = append(columns, text)
		}
		text := name + ": " + strings.Join(columns, ", ")
		for _, c := range t.constraints {
			text += "; " + c.kind
			if c.name != "" {
				text += " " + c.name
			}
			if len(c.columns) > 0 {
				text += " (" + strings.Join(c.columns, ", ") + ")"
			}
			if c.notValid {
				text += " not valid"
			}
		}
		if t.partial {
			text += " …"
		}
		out = append(out, text)
	}
	return out
}
