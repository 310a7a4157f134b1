package corpus_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/schema"
)

func public(name string) schema.Name { return schema.Name{Schema: "public", Local: name} }

// PostgreSQL 18 names NOT NULL constraints too; their names follow no rename.
//
// The table users of this text is people in the other, and its column email mail.
const (
	renameBefore = "CREATE TABLE users (id integer PRIMARY KEY, email text, age integer, note text);\n" + stamp
	renameAfter  = "CREATE TABLE people (id integer CONSTRAINT users_id_not_null NOT NULL CONSTRAINT users_pkey PRIMARY KEY, mail text, age integer, note text);\n" + stamp
)

// TestRenamesUnderObjects: the server follows a rename into definitions in a way
// of its own, and the way back must find the words it had before.
func TestRenamesUnderObjects(t *testing.T) {
	t.Parallel()
	renames := diff.Renames{
		Tables:  []diff.TableRename{{From: public("users"), To: public("people")}},
		Columns: []diff.ColumnRename{{Table: public("people"), From: "email", To: "mail"}},
	}
	for _, test := range []struct{ name, from, to string }{
		{"view with the column", "CREATE VIEW v AS SELECT id, email FROM users", "CREATE VIEW v AS SELECT id, mail FROM people"},
		{"view that keeps its column's name", "CREATE VIEW v AS SELECT id, email FROM users", "CREATE VIEW v AS SELECT id, mail AS email FROM people"},
		{"view by an alias", "CREATE VIEW v AS SELECT u.id, u.email AS x FROM users u", "CREATE VIEW v AS SELECT u.id, u.mail AS x FROM people u"},
		{"view without the column", "CREATE VIEW v AS SELECT id FROM users", "CREATE VIEW v AS SELECT id FROM people"},
		{"view changed beside it", "CREATE VIEW v AS SELECT id, email AS x FROM users", "CREATE VIEW v AS SELECT id, mail AS x FROM people WHERE age > 3"},
		{"view of a view", "CREATE VIEW v AS SELECT id, email FROM users; CREATE VIEW w AS SELECT id FROM v", "CREATE VIEW v AS SELECT id, mail FROM people; CREATE VIEW w AS SELECT id FROM v"},
		{"view that goes", "CREATE VIEW v AS SELECT id, email FROM users", ""},
		{"materialized view with its index", "CREATE MATERIALIZED VIEW m AS SELECT id, email FROM users; CREATE UNIQUE INDEX i ON m (id)", "CREATE MATERIALIZED VIEW m AS SELECT id, mail FROM people; CREATE UNIQUE INDEX i ON m (id)"},
		{"trigger", "CREATE TRIGGER g BEFORE UPDATE OF email ON users FOR EACH ROW WHEN (new.email <> old.note) EXECUTE FUNCTION stamp()", "CREATE TRIGGER g BEFORE UPDATE OF mail ON people FOR EACH ROW WHEN (new.mail <> old.note) EXECUTE FUNCTION stamp()"},
		{"trigger changed beside it", "CREATE TRIGGER g BEFORE UPDATE OF email ON users FOR EACH ROW EXECUTE FUNCTION stamp()", "CREATE TRIGGER g BEFORE UPDATE OF mail, age ON people FOR EACH ROW EXECUTE FUNCTION other()"},
		{"policy with row-level security", "ALTER TABLE users ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON users USING (email = 'x')", "ALTER TABLE people ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON people USING (mail = 'x')"},
		{"policy of a query", "CREATE POLICY p ON users USING (EXISTS (SELECT FROM users u WHERE u.email = 'x'))", "CREATE POLICY p ON people USING (EXISTS (SELECT FROM people u WHERE u.mail = 'x' AND u.age > 1))"},
		{"rule", "CREATE RULE r AS ON INSERT TO users WHERE new.email = 'x' DO INSTEAD NOTHING", "CREATE RULE r AS ON INSERT TO people WHERE new.mail = 'x' DO INSTEAD NOTHING"},
		{"statistics", "CREATE STATISTICS s ON email, age FROM users", "CREATE STATISTICS s ON mail, age FROM people"},
		{"function of the row", "CREATE FUNCTION f(u users) RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE VIEW v AS SELECT f(users.*) AS n FROM users", "CREATE FUNCTION f(u people) RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE VIEW v AS SELECT f(people.*) AS n FROM people"},
		{"replica identity", "ALTER TABLE users REPLICA IDENTITY USING INDEX users_pkey", "ALTER TABLE people REPLICA IDENTITY USING INDEX users_pkey"},
		{"dropped column of the view beside it", "CREATE VIEW v AS SELECT id, email, note FROM users; CREATE VIEW w AS SELECT note FROM users", "CREATE VIEW v AS SELECT id, mail, note FROM people; CREATE VIEW w AS SELECT note, age FROM people"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			url, target := dbtest.Postgres(t), dbtest.Postgres(t)
			dbtest.Exec(t, url, renameBefore+test.from)
			dbtest.Exec(t, target, renameAfter+test.to)
			before := dbtest.PgDump(t, url)
			have, version := objectsOf(t, url)
			want, _ := objectsOf(t, target)
			p, err := diff.Diff(have, want, renames)
			if err != nil {
				t.Fatal(err)
			}
			carryOut(t, url, p, version)
			if d := cmp.Diff(dbtest.PgDump(t, target), dbtest.PgDump(t, url)); d != "" {
				t.Errorf("it arrives elsewhere (- wanted, + reached):\n%s", d)
			}
			carryOut(t, url, p.Reverse(), version)
			if d := cmp.Diff(before, dbtest.PgDump(t, url)); d != "" {
				t.Errorf("the way back ends elsewhere (- before, + after):\n%s", d)
			}
		})
	}
}
