package postgres

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/introspect"
)

func TestReadScriptAsPsqlDoes(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want []string // the statements; nil: an error
		err  string
	}{
		"statements":                       {"SELECT 1; SELECT ';';\nSELECT 3", []string{"SELECT 1", "SELECT ';'", "SELECT 3"}, ""},
		"rows of COPY":                     {"COPY t FROM stdin;\nit's\t\\N\n\\.\nSELECT 1;", []string{"SELECT 1"}, ""},
		"rows with carriage returns":       {"COPY t (a) FROM STDIN WITH (FORMAT csv);\r\n\"x;\r\n\\.\r\nSELECT 1;", []string{"SELECT 1"}, ""},
		"COPY from a file has no rows":     {"COPY t FROM '/x';\nSELECT 1;", []string{"COPY t FROM '/x'", "SELECT 1"}, ""},
		"rows to the end of the file":      {"COPY t FROM stdin;\n1\n2", nil, ""},
		"commands of pg_dump":              {"\\restrict abc\nSELECT 1;\n\\unrestrict abc\n", []string{"SELECT 1"}, ""},
		"a backslash in a string":          {"SELECT '\\connect';", []string{"SELECT '\\connect'"}, ""},
		"a command in a dollar quote":      {"DO $$\n\\connect\n$$;", []string{"DO $$\n\\connect\n$$"}, ""},
		"unicode strings":                  {`SELECT U&'\0041;' ; SELECT U&"a;b" UESCAPE '!';`, []string{`SELECT U&'\0041;'`, `SELECT U&"a;b" UESCAPE '!'`}, ""},
		"BEGIN ATOMIC":                     {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END; SELECT 2;", []string{"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END", "SELECT 2"}, ""},
		"a command that goes elsewhere":    {"SELECT 1;\n  \\connect other", nil, "f.sql:2:3: \\connect is a command of psql, not SQL: gen does not carry it out\n    hint: write what it does as SQL"},
		"a command that ends a statement":  {"SELECT 1 \\gexec", nil, "f.sql:1:10: \\gexec is a command of psql, not SQL: gen does not carry it out\n    hint: write what it does as SQL"},
		"a quote that is not closed":       {"SELECT 1;\nSELECT 'x;", nil, "f.sql:2:8: a quote or comment that begins with 'x; is not closed"},
		"a comment that is not closed":     {"SELECT 1; /* x", nil, "f.sql:1:11: a quote or comment that begins with /* x is not closed"},
		"a byte order mark":                {"\ufeffSELECT 1;", []string{"SELECT 1"}, ""},
		"nothing":                          {"-- nothing\n;;\n", nil, ""},
		"a comment in front of the script": {"-- pg_dump's\n/* it's */ SELECT 1;", []string{"SELECT 1"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			read, err := ReadScript(introspect.SQLFile{Path: "f.sql", Text: tc.text})
			var got []string
			for _, s := range read {
				got = append(got, s.SQL)
			}
			text := ""
			if err != nil {
				text = err.Error()
			}
			if d := cmp.Diff(tc.want, got); d != "" || text != tc.err {
				t.Errorf("error %q, want %q; statements (-want +got):\n%s", text, tc.err, d)
			}
		})
	}
}

func TestWhatOfAStatementOutlivesItsDatabase(t *testing.T) {
	for sql, want := range map[string]string{
		"CREATE ROLE app":                                 "a role",
		"create user app":                                 "a role",
		"ALTER USER app SET search_path = x":              "a role",
		"CREATE USER MAPPING FOR app SERVER s":            "",
		"GRANT admin TO app":                              "the membership of a role",
		"GRANT SELECT ON t TO app":                        "",
		"GRANT SELECT (a), UPDATE (b) ON t TO app":        "",
		"REVOKE ALL ON DATABASE d FROM PUBLIC":            "a database",
		"REVOKE admin FROM app":                           "the membership of a role",
		"CREATE TABLESPACE x LOCATION '/x'":               "a tablespace",
		"ALTER SYSTEM SET work_mem = '1GB'":               "a setting of the server",
		"CREATE DATABASE x":                               "a database",
		"CREATE TABLE role (id int)":                      "",
		"ALTER TABLE t OWNER TO app":                      "",
		"COMMENT ON DATABASE d IS 'x'":                    "a database",
		"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES": "",
	} {
		read, err := ReadScript(introspect.SQLFile{Text: sql})
		if err != nil || len(read) != 1 {
			t.Fatalf("%s: %v, %d statements", sql, err, len(read))
		}
		if got := read[0].Lasting(); got != want {
			t.Errorf("%s: %q, want %q", sql, got, want)
		}
	}
}
