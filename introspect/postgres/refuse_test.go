package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/schema"
)

func at(line int) schema.Pos { return schema.Pos{File: "models/m.go", Line: line, Col: 3} }

func name(local string) schema.Name { return schema.Name{Schema: "public", Local: local} }

// refusals are the errors that Canonical reports, one line each.
func refusals(t *testing.T, url string, want *schema.Database) []string {
	t.Helper()
	have := inspect(t, url)
	_, _, err := postgres.Canonical(t.Context(), connect(t, url), want, have, nil)
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("another error: %v", err)
	}
	var lines []string
	for _, e := range joined.Unwrap() {
		if _, ok := e.(*introspect.WantError); !ok {
			t.Fatalf("another error: %v", e)
		}
		lines = append(lines, e.Error())
	}
	return lines
}

func TestCanonicalRefusesWhatTheServerDoesNotKnow(t *testing.T) {
	url := dbtest.Postgres(t)
	column := func(line int, name, typ string) schema.Column {
		return schema.Column{Name: name, Type: schema.Type{Text: typ}, Pos: at(line)}
	}
	got := refusals(t, url, &schema.Database{Tables: []schema.Table{{Name: name("t"), Columns: []schema.Column{
		column(1, "a", "citext"), column(2, "b", "varchar(255)"), column(3, "c", "nonsense(3)"), column(4, "d", "odd); DROP TABLE x; --"),
		column(5, "e", "int(11)"), {Name: "f", Type: schema.Type{Text: "text"}, Collation: schema.Name{Local: "xx_YY"}, Pos: at(6)},
		{Name: "g", Type: schema.Type{Text: "int"}, Collation: schema.Name{Local: "C"}, Pos: at(9)},
	}, Indexes: []schema.Index{{Name: "i", Method: "gin", Keys: []schema.IndexKey{{Column: "b", Opclass: schema.Name{Local: "gin_trgm_ops"}}}, Pos: at(7)},
		{Name: "j", Method: "hnsw", Keys: []schema.IndexKey{{Column: "b"}}, Pos: at(8)}}}}})
	want := []string{
		`models/m.go:1:3: column public.t.a: type: type "citext" does not exist`,
		`models/m.go:3:3: column public.t.c: type: type "nonsense" does not exist`,
		`models/m.go:4:3: column public.t.d: type: "odd); DROP TABLE x; --" is not the name of a type`,
		`models/m.go:5:3: column public.t.e: type: `,
		`models/m.go:6:3: column public.t.f: collation "xx_YY" does not exist for this database's encoding`,
		`models/m.go:7:3: index i of public.t: operator class "gin_trgm_ops" does not exist for access method "gin"`,
		`models/m.go:8:3: index j of public.t: access method "hnsw" does not exist`,
		`models/m.go:9:3: column public.t.g: collations are not supported by type integer`,
	}
	if len(got) != len(want) {
		t.Fatalf("got:\n%s", strings.Join(got, "\n"))
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("got  %s\nwant %s", got[i], want[i])
		}
	}
}

func TestCanonicalRefusesExpressions(t *testing.T) {
	url := dbtest.Postgres(t)
	dbtest.Exec(t, url, `CREATE TABLE old (id int, t text DEFAULT 'x', CHECK (id > 0)); CREATE TYPE mood AS ENUM ('ok')`)
	integer, text := schema.Type{Text: "int"}, schema.Type{Text: "text"}
	want := &schema.Database{
		Enums:     []schema.Enum{{Name: name("mood"), Values: []string{"ok", "new"}}, {Name: name("size"), Values: []string{"s", "l"}}},
		Schemas:   []schema.Schema{{Name: "public"}, {Name: "app"}},
		Sequences: []schema.Sequence{{Name: name("seq")}, {Name: schema.Name{Schema: "app", Local: "seq"}}},
		Tables: []schema.Table{
			{Name: name("old"), Columns: []schema.Column{
				{Name: "id", Type: integer, Pos: at(1)},
				{Name: "t", Type: text, Default: "nope()", Pos: at(2)},
				{Name: "added", Type: integer, Default: "nextval('public.seq')", Pos: at(3)}, // made by the plan
				{Name: "m", Type: schema.Type{Text: "mood"}, Default: "'new'", Pos: at(4)},   // so is the value
				{Name: "k", Type: integer, Default: "nextval('app.seq')", Pos: at(11)},       // and that one, with its schema
				{Name: "l", Type: integer, Default: "nextval('apps.seq')", Pos: at(12)},
			}, Checks: []schema.Check{
				{Name: "a", Expr: "idd > 0", Pos: at(5)}, {Name: "b", Expr: "id > ", Pos: at(6)}, {Name: "c", Expr: "id", Pos: at(7)},
				{Name: "d", Expr: "added > 0", Pos: at(8)}, {Name: "e", Expr: "id > 0) OR (true", Pos: at(9)}, {Name: "f", Expr: "id > 0), (true", Pos: at(10)},
				{Name: "g", Expr: "id > 0 -- always", Pos: at(13)},
			}},
			{Name: name("young"), Columns: []schema.Column{
				{Name: "id", Type: integer, Default: "'abc'", Pos: at(21)},
				{Name: "s", Type: schema.Type{Text: "size"}, Default: "'s'", Pos: at(22)},
				{Name: "wrong", Type: schema.Type{Text: "public.size"}, Default: "'xxl'", Pos: at(23)},
				{Name: "g", Type: integer, Generated: &schema.Generated{Expr: "id * nothing"}, Pos: at(24)},
				{Name: "r", Type: integer, Default: "id", Pos: at(25)},
			}, Checks: []schema.Check{{Expr: "s = 'l'::public.size", Pos: at(26)}},
				Indexes: []schema.Index{{Name: "i", Keys: []schema.IndexKey{{Expr: "lowr(id)"}}, Where: "s <> 'm'", Pos: at(27)}}},
		},
	}
	got := strings.Join(refusals(t, url, want), "\n")
	// A text that cannot stand in parentheses is never sent, so it comes first and alone.
	first := strings.Join([]string{
		`models/m.go:9:3: check e of public.old: "id > 0) OR (true" is not one expression`,
		`models/m.go:10:3: check f of public.old: "id > 0), (true" is not one expression`,
		`models/m.go:13:3: check g of public.old: "id > 0 -- always" is not one expression`,
	}, "\n")
	if d := cmp.Diff(first, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	old := &want.Tables[0]
	old.Checks = old.Checks[:4]
	got = strings.Join(refusals(t, url, want), "\n")
	// 18 says the same of the missing schema and of a missing sequence in it.
	got = strings.Replace(got, `relation "apps.seq" does not exist`, `schema "apps" does not exist`, 1)
	second := strings.Join([]string{
		`models/m.go:2:3: column public.old.t: default: function nope() does not exist, in nope()`,
		`models/m.go:5:3: check a of public.old: column "idd" does not exist, in idd > 0`,
		`models/m.go:6:3: check b of public.old: syntax error at or near ")", in id >`,
		`models/m.go:7:3: check c of public.old: the expression must be type boolean, not type integer, in id`,
		`models/m.go:12:3: column public.old.l: default: schema "apps" does not exist, in nextval('apps.seq')`,
		`models/m.go:21:3: column public.young.id: default: invalid input syntax for type integer: "abc", in 'abc'`,
		`models/m.go:23:3: column public.young.wrong: default: invalid input value for enum size: "xxl", in 'xxl'`,
		`models/m.go:24:3: column public.young.g: generated: column "nothing" does not exist, in id * nothing`,
		`models/m.go:25:3: column public.young.r: default: column "id" does not exist, in id`,
		`models/m.go:27:3: index i of public.young: function lowr(integer) does not exist, in lowr(id)`,
		`models/m.go:27:3: index i of public.young: where: invalid input value for enum size: "m", in s <> 'm'`,
	}, "\n")
	if d := cmp.Diff(second, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestCanonicalRefusesWhatTheVersionCannot(t *testing.T) {
	want := &schema.Database{
		Sequences: []schema.Sequence{{Name: name("s"), Unlogged: true, Pos: at(1)}},
		Tables: []schema.Table{{Name: name("t"), Columns: []schema.Column{
			{Name: "id", Type: schema.Type{Text: "int"}, Compression: "lz4", Pos: at(2)},
			{Name: "v", Type: schema.Type{Text: "int"}, Generated: &schema.Generated{Expr: "id", Virtual: true}, Pos: at(3)},
		}, PrimaryKey: &schema.PrimaryKey{Columns: []string{"id"}},
			Uniques:     []schema.Unique{{Columns: []string{"id"}, NullsNotDistinct: true, Pos: at(4)}},
			ForeignKeys: []schema.ForeignKey{{Columns: []string{"id"}, RefTable: name("t"), OnDelete: schema.SetNull, SetColumns: []string{"id"}, Pos: at(5)}},
		}},
	}
	for major, lines := range map[int]string{13: "1 2 3 4 5", 14: "1 3 4 5", 17: "3", 18: ""} {
		t.Run(fmt.Sprint(major), func(t *testing.T) {
			var got []string
			for _, line := range refusals(t, dbtest.PostgresMajor(t, major), want) {
				got = append(got, strings.Split(line, ":")[1])
				if !strings.Contains(line, fmt.Sprintf("the server is %d", major)) {
					t.Errorf("the version is not named: %s", line)
				}
			}
			if got := strings.Join(got, " "); got != lines {
				t.Errorf("refused lines %q, want %q", got, lines)
			}
		})
	}
}

func TestCanonicalFillsIn(t *testing.T) {
	url := dbtest.Postgres(t)
	dbtest.Exec(t, url, `CREATE EXTENSION citext; CREATE EXTENSION btree_gist; CREATE DOMAIN dom AS int NOT NULL;
CREATE TYPE comp AS (a int); CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, COMMUTATOR = ===);`)
	six := int64(6)
	one := -1
	long := strings.Repeat("x", 70)
	got, _ := canonical(t, url, &schema.Database{
		Enums:     []schema.Enum{{Name: name("mood"), Values: []string{"ok"}}},
		Sequences: []schema.Sequence{{Name: name("up"), Options: schema.SequenceOptions{Start: &six}}},
		Tables: []schema.Table{{
			Name: name("t"),
			Columns: []schema.Column{
				{Name: "id", Type: schema.Type{Text: "int8"}, Identity: &schema.Identity{}},
				{Name: "serial", Type: schema.Type{Text: "int"}, Serial: true, Default: "ignored"},
				{Name: "c", Type: schema.Type{Text: "citext"}, Default: "NULL"},
				{Name: "d", Type: schema.Type{Text: "dom"}, Default: "null"},
				{Name: "ds", Type: schema.Type{Text: "public.dom[]"}},
				{Name: "comp", Type: schema.Type{Text: "comp"}},
				{Name: "m", Type: schema.Type{Text: "mood[]"}, Storage: "EXTENDED"},
				{Name: "v", Type: schema.Type{Text: "varchar(3)"}, Collation: schema.Name{Local: "default"}, Storage: "extended", Compression: "default", Statistics: &one},
				{Name: "w", Type: schema.Type{Text: "varchar(3)"}, Collation: schema.Name{Local: "C"}, Storage: "PLAIN"},
				{Name: long, Type: schema.Type{Text: "bool"}},
			},
			PrimaryKey:  &schema.PrimaryKey{Columns: []string{"c"}, Deferred: true},
			ForeignKeys: []schema.ForeignKey{{Columns: []string{"c"}, RefTable: name("t")}},
			Options:     []schema.Option{{Name: "fillfactor", Value: "070"}, {Name: "AUTOVACUUM_ENABLED", Value: "off"}},
			Indexes: []schema.Index{
				{Name: "i", Keys: []schema.IndexKey{
					{Column: "v", Opclass: schema.Name{Local: "text_ops"}, Collation: schema.Name{Local: "default"}},
					{Column: "w", Opclass: schema.Name{Local: "text_pattern_ops"}, Collation: schema.Name{Local: "C"}},
					{Column: "w", Collation: schema.Name{Local: "POSIX"}, Opclass: schema.Name{Local: "bpchar_ops"}},
				}},
			},
			Exclusions: []schema.Exclusion{{Name: "x", Elements: []schema.ExclusionElement{{Key: schema.IndexKey{Column: "id"}, Operator: "OPERATOR(pg_catalog.=)"}}}},
		}},
	}, inspect(t, url))
	golden(t, "testdata/filled.golden", format(t, got))
}
