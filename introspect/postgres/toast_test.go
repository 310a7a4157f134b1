package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/schema"
)

// dialect.NeedsToast knows which tables get a TOAST table: of one column of
// each of the server's own types, and of what adds up.
func TestNeedsToastAsTheServerDecides(t *testing.T) {
	for _, major := range dbtest.PostgresMajors() {
		t.Run(fmt.Sprint(major), func(t *testing.T) {
			c := connect(t, dbtest.PostgresMajor(t, major))
			rows, err := c.Query(t.Context(), `SELECT format_type(oid, NULL) FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace
 AND typtype IN ('b', 'r', 'm') AND typcategory <> 'A' AND typelem = 0 ORDER BY 1`)
			if err != nil {
				t.Fatal(err)
			}
			var tables []string
			for rows.Next() {
				var name string
				if err := rows.Scan(&name); err != nil {
					t.Fatal(err)
				}
				// What a catalog alone has is stored plain and is in no model.
				if !strings.HasPrefix(name, "pg_") && name != "gtsvector" {
					tables = append(tables, name, name+"[]")
				}
			}
			if err := rows.Err(); err != nil || len(tables) < 50 {
				t.Fatal(len(tables), err)
			}
			tables = append(tables, "bit(8000)", "bit(17000)", "bit varying(100)", "character(10)", "character(501)",
				"character varying(400)", "character varying(500)", "character varying(510)", "numeric(10,2)", "numeric(1000,2)",
				"time(3) with time zone", "timestamp(3) without time zone", "integer, character varying(490)",
				"character varying(200), character varying(200)", "character varying(300), character varying(300)",
				"name, name, boolean")
			for i, columns := range tables {
				var defs []string
				var list []schema.Column
				for j, text := range strings.Split(columns, ", ") {
					defs = append(defs, fmt.Sprintf("c%d %s", j, text))
					list = append(list, schema.Column{Type: schema.Type{Text: text}})
				}
				var has bool
				dbtest.Exec(t, c.Config().ConnString(), fmt.Sprintf("CREATE TABLE toast%d (%s)", i, strings.Join(defs, ", ")))
				if err := c.QueryRow(t.Context(), `SELECT reltoastrelid <> 0 FROM pg_class WHERE relname = $1`, fmt.Sprintf("toast%d", i)).Scan(&has); err != nil {
					t.Fatal(err)
				}
				if got := dialect.NeedsToast(list); got != has {
					t.Errorf("(%s): %v, the server says %v", columns, got, has)
				}
			}
		})
	}
}
