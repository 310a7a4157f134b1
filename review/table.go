package review

import (
	"regexp"
	"strings"
)

const ident = `(?:"(?:[^"]|"")+"|[^\s"(),;.]+)`

// aboutTable finds the table in statements that are about one. A name that is
// quoted ends where its quotes do, which the comment above could not tell.
var aboutTable = []*regexp.Regexp{
	regexp.MustCompile(`(?is)^(?:ALTER|CREATE|DROP)\s+(?:UNLOGGED\s+)?TABLE\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(?:ONLY\s+)?(` + ident + `(?:\.` + ident + `)?)`),
	regexp.MustCompile(`(?is)^CREATE\s+(?:UNIQUE\s+)?INDEX\s.*?\sON\s+(?:ONLY\s+)?(` + ident + `(?:\.` + ident + `)?)`),
	regexp.MustCompile(`(?is)^(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?(?:CONSTRAINT\s+)?(?:TRIGGER|POLICY|RULE)\s.*?\sON\s+(` + ident + `(?:\.` + ident + `)?)`),
	regexp.MustCompile(`(?is)^COMMENT\s+ON\s+TABLE\s+(` + ident + `(?:\.` + ident + `)?)`),
	regexp.MustCompile(`(?is)^COMMENT\s+ON\s+COLUMN\s+(` + ident + `(?:\.` + ident + `)?)\.` + ident),
	regexp.MustCompile(`(?is)^(?:UPDATE|INSERT\s+INTO|DELETE\s+FROM)\s+(` + ident + `(?:\.` + ident + `)?)`),
}

// tableIn is the table a statement is about, without quotes; empty where it is
// about none, or does not say.
func tableIn(sql string) string {
	sql = withoutComments(sql)
	for _, r := range aboutTable {
		if m := r.FindStringSubmatch(sql); m != nil {
			name := strings.ReplaceAll(strings.ReplaceAll(m[1], `"."`, "."), `"`, "")
			return strings.TrimPrefix(strings.TrimPrefix(name, "public."), "gen_new_") // of a table that SQLite builds anew
		}
	}
	return ""
}

// withoutComments is a statement from its first word on.
func withoutComments(sql string) string {
	for {
		sql = strings.TrimSpace(sql)
		if !strings.HasPrefix(sql, "--") {
			return sql
		}
		_, sql, _ = strings.Cut(sql, "\n")
	}
}
