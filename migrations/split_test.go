package migrations

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The cases of reference parsers that break on them: goose, sql-migrate, tern
// and bun each fail or silently change some.
func TestSplit(t *testing.T) {
	tests := []struct {
		name    string
		dialect Dialect
		text    string
		want    []string
	}{
		{"nothing", Postgres, " \n-- only a comment\n/* and */ ;;\n", nil},
		{"two on a line", Postgres, "SELECT 1; SELECT 2", []string{"SELECT 1", "SELECT 2"}},
		{"missing last semicolon and a comment behind", Postgres, "SELECT 1 -- done", []string{"SELECT 1"}},
		{"semicolon in a string", Postgres, "INSERT INTO t VALUES (';\n;'); SELECT 2;", []string{"INSERT INTO t VALUES (';\n;')", "SELECT 2"}},
		{"doubled quote", Postgres, "SELECT 'it''s; fine'; SELECT 2", []string{"SELECT 'it''s; fine'", "SELECT 2"}},
		{"backslash is plain in a plain string", Postgres, `SELECT 'a\'; SELECT 2`, []string{`SELECT 'a\'`, "SELECT 2"}},
		{"backslash escapes in E string", Postgres, `SELECT E'a\'; b'; SELECT 2`, []string{`SELECT E'a\'; b'`, "SELECT 2"}},
		{"E string goes on after a line end", Postgres, "SELECT E'a'\n 'b\\'; c'; SELECT 2", []string{"SELECT E'a'\n 'b\\'; c'", "SELECT 2"}},
		{"a word that ends in e is no prefix", Postgres, `SELECT type'x\'; SELECT 2`, []string{`SELECT type'x\'`, "SELECT 2"}},
		{"unicode string", Postgres, `SELECT U&'d\0061;' ; SELECT 2`, []string{`SELECT U&'d\0061;'`, "SELECT 2"}},
		{"comment marker in a string", Postgres, "SELECT 'x -- y;' ; SELECT '/* z;'", []string{"SELECT 'x -- y;'", "SELECT '/* z;'"}},
		{"quote in a comment", Postgres, "SELECT 1 -- don't; stop\n + 2; SELECT 3", []string{"SELECT 1 -- don't; stop\n + 2", "SELECT 3"}},
		{"nested comment", Postgres, "SELECT /* a /* b; */ c; */ 1; SELECT 2", []string{"SELECT /* a /* b; */ c; */ 1", "SELECT 2"}},
		{"comments do not nest in SQLite", SQLite, "SELECT /* a /* b; */ 1; SELECT 2", []string{"SELECT /* a /* b; */ 1", "SELECT 2"}},
		{"quoted name with semicolon and quote", Postgres, `SELECT "a;""b" FROM t; SELECT 2`, []string{`SELECT "a;""b" FROM t`, "SELECT 2"}},
		{"dollar quotes", Postgres, "DO $$ BEGIN PERFORM 1; END; $$; SELECT 2", []string{"DO $$ BEGIN PERFORM 1; END; $$", "SELECT 2"}},
		{"tagged dollar quotes hold plain ones", Postgres, "DO $f$ a; $$ b; $$ $x$ $f$; SELECT 2", []string{"DO $f$ a; $$ b; $$ $x$ $f$", "SELECT 2"}},
		{"dollar in a name opens nothing", Postgres, "SELECT a$b$ FROM t; SELECT c$b$", []string{"SELECT a$b$ FROM t", "SELECT c$b$"}},
		{"parameters are no quotes", Postgres, "PREPARE p AS SELECT $1, $2; SELECT 2", []string{"PREPARE p AS SELECT $1, $2", "SELECT 2"}},
		{"rule with statements in parentheses", Postgres, "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); DELETE FROM b;); SELECT 2",
			[]string{"CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); DELETE FROM b;)", "SELECT 2"}},
		{"BEGIN ATOMIC with CASE", Postgres,
			"CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN a = 1 THEN 2 END; SELECT x.end, 1 AS case FROM x; END; SELECT 2",
			[]string{"CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN a = 1 THEN 2 END; SELECT x.end, 1 AS case FROM x; END", "SELECT 2"}},
		{"begin /* */ atomic in a procedure", Postgres, "create procedure p() begin /* ; */ atomic delete from t; end; SELECT 2",
			[]string{"create procedure p() begin /* ; */ atomic delete from t; end", "SELECT 2"}},
		{"begin as a column elsewhere", Postgres, `CREATE TABLE t ("begin" int, atomic int); SELECT 2`, []string{`CREATE TABLE t ("begin" int, atomic int)`, "SELECT 2"}},
		{"byte order mark and CRLF", Postgres, "\ufeffSELECT 1;\r\nSELECT\r\n2;\r\n", []string{"SELECT 1", "SELECT\n2"}},
		{"blank lines in a literal stay", Postgres, "SELECT 'a\n\n-- b\n;'", []string{"SELECT 'a\n\n-- b\n;'"}},
		{"directive in a string is text", Postgres, "SELECT '\n-- gen:down\n'; SELECT $$\n-- gen:down\n$$; SELECT 2",
			[]string{"SELECT '\n-- gen:down\n'", "SELECT $$\n-- gen:down\n$$", "SELECT 2"}},
		{"directive in a block comment is text", Postgres, "/*\n-- gen:down\n*/ SELECT 1", []string{"SELECT 1"}},
		{"jsonb operators", Postgres, `SELECT a @> '{"x": ";"}' FROM t WHERE b ?| c; SELECT 2`, []string{`SELECT a @> '{"x": ";"}' FROM t WHERE b ?| c`, "SELECT 2"}},
		{"trigger", SQLite, "CREATE TRIGGER a AFTER INSERT ON t BEGIN UPDATE t SET x = CASE WHEN 1 THEN 2 END; DELETE FROM u; END; SELECT 2",
			[]string{"CREATE TRIGGER a AFTER INSERT ON t BEGIN UPDATE t SET x = CASE WHEN 1 THEN 2 END; DELETE FROM u; END", "SELECT 2"}},
		{"trigger with a column named end", SQLite, "CREATE TEMP TRIGGER IF NOT EXISTS a AFTER INSERT ON t BEGIN UPDATE t SET end = 1; SELECT end; END; SELECT 2",
			[]string{"CREATE TEMP TRIGGER IF NOT EXISTS a AFTER INSERT ON t BEGIN UPDATE t SET end = 1; SELECT end; END", "SELECT 2"}},
		{"trigger with a comment before its end", SQLite, "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; -- end;\n /* x */ END /* y */ ; SELECT 2",
			[]string{"CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; -- end;\n /* x */ END", "SELECT 2"}},
		{"trigger without last semicolon", SQLite, "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END", []string{"CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END"}},
		{"a table with a trigger column", SQLite, "CREATE TABLE trigger_log (trigger TEXT); SELECT 2", []string{"CREATE TABLE trigger_log (trigger TEXT)", "SELECT 2"}},
		{"bracket and backtick names", SQLite, "SELECT [a;b], `c;``d` FROM t; SELECT 2", []string{"SELECT [a;b], `c;``d` FROM t", "SELECT 2"}},
		{"dollar quotes are nothing in SQLite", SQLite, "SELECT $a; SELECT $a", []string{"SELECT $a", "SELECT $a"}},
		{"array brackets in PostgreSQL", Postgres, "SELECT a[1]; SELECT ARRAY[';']", []string{"SELECT a[1]", "SELECT ARRAY[';']"}},
		{"names in any script", Postgres, `SELECT größe FROM "テーブル"; SELECT 2`, []string{`SELECT größe FROM "テーブル"`, "SELECT 2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Split(tt.dialect, tt.text)
			if err != nil {
				t.Fatal(err)
			}
			var texts []string
			for _, s := range got {
				texts = append(texts, s.SQL)
			}
			if diff := cmp.Diff(tt.want, texts); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSplitRefuses(t *testing.T) {
	tests := []struct {
		name    string
		dialect Dialect
		text    string
		want    string // "line:col: message"
	}{
		{"open string", Postgres, "SELECT 1;\n  SELECT 'a;", "2:10: string ' is not closed"},
		{"open E string", Postgres, `SELECT E'a\'`, "1:9: string ' is not closed"},
		{"open quoted name", Postgres, "SELECT \"a;", "1:8: quoted identifier \" is not closed"},
		{"open backtick name", SQLite, "SELECT `a;", "1:8: quoted identifier ` is not closed"},
		{"open bracket name", SQLite, "SELECT [a;", "1:8: bracketed identifier [ is not closed"},
		{"open comment", Postgres, "SELECT 1; /* a /* b */", "1:11: comment /* is not closed"},
		{"open dollar quote", Postgres, "DO $x$ a; $$", "1:4: dollar quote $x$ is not closed"},
		{"open parenthesis", Postgres, "SELECT (1;\nSELECT 2;", "1:8: parenthesis ( is not closed before the statement ends"},
		{"closing parenthesis too many", Postgres, "SELECT 1);", "1:9: unexpected )"},
		{"open body", Postgres, "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;", "1:33: BEGIN ATOMIC body is not closed"},
		{"open trigger", SQLite, "CREATE TRIGGER a AFTER INSERT ON t\nBEGIN SELECT 1;", "2:1: CREATE TRIGGER body is not closed"},
		{"trigger without body", SQLite, "CREATE TRIGGER a AFTER INSERT ON t;", "1:8: CREATE TRIGGER body is not closed"},
		{"pg_dump's restrict", Postgres, "\\restrict abc\nSELECT 1;", `1:1: \restrict is a psql command, the server cannot run it`},
		{"psql in the middle", Postgres, "SELECT 1 \\gset", `1:10: \gset is a psql command, the server cannot run it`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Split(tt.dialect, tt.text)
			fe, ok := errors.AsType[*FileError](err)
			if !ok {
				t.Fatalf("got %v, want a *FileError", err)
			}
			if first, _, _ := strings.Cut(fe.Error(), "\n"); first != tt.want {
				t.Errorf("got  %q\nwant %q", first, tt.want)
			}
			if fe.Hint == "" {
				t.Error("no hint")
			}
		})
	}
}

func TestStatementComments(t *testing.T) {
	const text = `-- detached

-- + orders.status text      models/order.go:17
--   lock ACCESS EXCLUSIVE
--no space
--
ALTER TABLE a; -- behind
-- directly above
SELECT 1;

SELECT 2;
`
	got, err := Split(Postgres, text)
	if err != nil {
		t.Fatal(err)
	}
	want := []Statement{
		{SQL: "ALTER TABLE a", Comment: []string{"+ orders.status text      models/order.go:17", "  lock ACCESS EXCLUSIVE", "no space", ""}, Line: 7, Col: 1},
		{SQL: "SELECT 1", Comment: []string{"directly above"}, Line: 9, Col: 1},
		{SQL: "SELECT 2", Line: 11, Col: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"SELECT 1; SELECT 'a';", "DO $a$ ; $a$;", "CREATE TRIGGER a BEGIN ; END;", "/* /* */ */ ;", "E'\\'", "-- gen:up\n", "(;)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, d := range []Dialect{Postgres, SQLite} {
			got, err := Split(d, text)
			if err != nil {
				continue
			}
			for _, s := range got {
				if !strings.Contains(normalize(text), s.SQL) || s.SQL == "" {
					t.Fatalf("%s: statement %q is not part of the text", d, s.SQL)
				}
				again, err := Split(d, s.SQL+"\n;")
				if err != nil || len(again) != 1 || again[0].SQL != s.SQL {
					t.Fatalf("%s: %q splits again into %v, %v", d, s.SQL, again, err)
				}
			}
		}
	})
}
