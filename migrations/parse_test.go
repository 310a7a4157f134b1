package migrations

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const orders = `-- revision: 9c41d07be2a5
-- parents: 4be0c9a1d7f2
-- message: orders: add status, index it
-- created: 2026-11-22T08:14:05Z
-- dialect: postgres
-- hazards: LOCK22 brief lock on orders

-- gen:up
-- + orders.status text                         models/order.go:17 Order.Status
--   lock ACCESS EXCLUSIVE on orders, brief · no rewrite · no scan
ALTER TABLE public.orders ADD COLUMN status text;

-- gen:step tx=each
-- + index orders_status_idx                    models/order.go:9
--   lock SHARE UPDATE EXCLUSIVE on orders · reads and writes go on · outside a transaction
CREATE INDEX CONCURRENTLY orders_status_idx ON public.orders USING btree (status);

-- gen:down tx=each
DROP INDEX CONCURRENTLY public.orders_status_idx;

--   loses data: what was written to orders.status
ALTER TABLE public.orders DROP COLUMN status;
`

func ordersRevision() *Revision {
	return &Revision{
		ID: "9c41d07be2a5", Parents: []string{"4be0c9a1d7f2"}, Message: "orders: add status, index it",
		Created: time.Date(2026, 11, 22, 8, 14, 5, 0, time.UTC), Dialect: Postgres, Hazards: []string{"LOCK22 brief lock on orders"},
		Path: "m/orders.sql",
		Up: []Step{
			{Line: 8, Statements: []Statement{{Line: 11, Col: 1, SQL: "ALTER TABLE public.orders ADD COLUMN status text",
				Comment: []string{"+ orders.status text                         models/order.go:17 Order.Status",
					"  lock ACCESS EXCLUSIVE on orders, brief · no rewrite · no scan"}}}},
			{Line: 13, Tx: TxEach, Statements: []Statement{{Line: 16, Col: 1, SQL: "CREATE INDEX CONCURRENTLY orders_status_idx ON public.orders USING btree (status)",
				Comment: []string{"+ index orders_status_idx                    models/order.go:9",
					"  lock SHARE UPDATE EXCLUSIVE on orders · reads and writes go on · outside a transaction"}}}},
		},
		Down: []Step{{Line: 18, Tx: TxEach, Statements: []Statement{
			{Line: 19, Col: 1, SQL: "DROP INDEX CONCURRENTLY public.orders_status_idx"},
			{Line: 22, Col: 1, SQL: "ALTER TABLE public.orders DROP COLUMN status", Comment: []string{"  loses data: what was written to orders.status"}},
		}}},
	}
}

func TestParseRevision(t *testing.T) {
	got, err := Parse("m/orders.sql", []byte(orders))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ordersRevision(), got); diff != "" {
		t.Error(diff)
	}
}

func TestFormatRevision(t *testing.T) {
	got, err := Format(ordersRevision())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(orders, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestByteOrderMarkAndCRLF(t *testing.T) {
	got, err := Parse("m/orders.sql", []byte("\ufeff"+strings.ReplaceAll(orders, "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ordersRevision(), got); diff != "" {
		t.Error(diff)
	}
}

// everything uses each part of the grammar once.
const everything = `-- revision: abcd1234
-- parents: 1111aaaa, 2222bbbb
-- message: every part of the grammar
-- depends: 3333cccc, billing@4444dddd
-- labels: orders, web.shop
-- dialect: sqlite
-- expects: sha256:00ff
-- vars: app_role
-- replaces: 5555eeee
-- hazards: scan: orders; locks a little

-- gen:up name=first foreign_keys=off lock_timeout=2s statement_timeout=0
CREATE TABLE a (id INTEGER);

-- gen:step tx=batch name=fill
UPDATE a SET id = 1 WHERE id IS NULL;

-- gen:step tx=each
-- gen:go Backfill.Totals rev=2

-- gen:step
-- why it is raw
-- gen:statement
SELECT 1; SELECT 2;
-- gen:end

-- gen:irreversible the rows are gone

-- gen:up dialect=postgres tx=each
VACUUM a;

-- gen:down dialect=postgres
`

func TestParseEverything(t *testing.T) {
	got, err := Parse("e.sql", []byte(everything))
	if err != nil {
		t.Fatal(err)
	}
	want := &Revision{
		ID: "abcd1234", Parents: []string{"1111aaaa", "2222bbbb"}, Message: "every part of the grammar",
		Depends: []string{"3333cccc", "billing@4444dddd"}, Labels: []string{"orders", "web.shop"},
		Hazards: []string{"scan: orders", "locks a little"}, Dialect: SQLite, Expects: "sha256:00ff",
		Vars: []string{"app_role"}, Replaces: []string{"5555eeee"}, Path: "e.sql",
		Up: []Step{
			{Name: "first", LockTimeout: 2 * time.Second, StatementTimeout: NoTimeout, ForeignKeysOff: true,
				Statements: []Statement{{SQL: "CREATE TABLE a (id INTEGER)"}}},
			{Tx: TxBatch, Name: "fill", Statements: []Statement{{SQL: "UPDATE a SET id = 1 WHERE id IS NULL"}}},
			{Tx: TxEach, Go: "Backfill.Totals", GoRev: "2"},
			{Statements: []Statement{{SQL: "SELECT 1; SELECT 2;", Comment: []string{"why it is raw"}}}},
		},
		Irreversible: "the rows are gone",
		Variants:     []Variant{{Dialect: Postgres, Up: []Step{{Tx: TxEach, Statements: []Statement{{SQL: "VACUUM a"}}}}, Down: []Step{}}},
	}
	positions := cmp.Options{cmpopts.IgnoreFields(Step{}, "Line"), cmpopts.IgnoreFields(Statement{}, "Line", "Col")}
	if diff := cmp.Diff(want, got, positions); diff != "" {
		t.Error(diff)
	}
	text, err := Format(got)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Replace(everything, "tx=batch name=fill", "name=fill tx=batch", 1), string(text)); diff != "" {
		t.Error(diff)
	}
}

func TestParseRefuses(t *testing.T) {
	const header = "-- revision: abcd1234\n-- parents:\n-- dialect: postgres\n\n"
	const lite = "-- revision: abcd1234\n-- parents:\n-- dialect: sqlite\n\n"
	tests := []struct {
		name string
		text string
		want []string // "line:col: message", all of them
	}{
		{"empty file", "", []string{"1:1: the header has no revision line", "1:1: the header has no parents line", "1:1: the file has no gen:up section"}},
		{"no header", "CREATE TABLE a ();\n", []string{"1:1: this is not a header line", "1:1: the header has no revision line",
			"1:1: the header has no parents line", "1:19: the file has no gen:up section"}},
		{"unknown key", "-- revision: abcd1234\n-- parent: 1111\n-- parents:\n-- dialect: sqlite\n\n-- gen:up\n", []string{`2:4: unknown header key "parent"`}},
		{"key twice", "-- revision: abcd1234\n-- parents:\n-- parents:\n-- dialect: sqlite\n-- gen:up\n", []string{"3:4: header key parents is given twice, first on line 2"}},
		{"bad ids", "-- revision: ABC\n-- parents: head, x!yz, 1111aaaa, 1111aaaa,\n-- dialect: sqlite\n-- gen:up\n", []string{
			`1:14: revision id "ABC" must have 4 to 32 characters`, `2:13: revision id "head" is a word of the command line`,
			`2:19: revision id "x!yz" may hold only 0-9 and a-z`, "2:35: 1111aaaa is listed twice", "2:44: empty entry in the list"}},
		{"bad time", "-- revision: abcd1234\n-- parents:\n-- created: yesterday\n-- dialect: sqlite\n-- gen:up\n", []string{`3:13: created "yesterday" is not a time`}},
		{"unknown dialect", "-- revision: abcd1234\n-- parents:\n-- dialect: mysql\n-- gen:up\n", []string{`3:13: unknown dialect "mysql": this version of gen runs postgres and sqlite`}},
		{"no dialect", "-- revision: abcd1234\n-- parents:\n-- gen:up\n", []string{"3:1: neither the header nor gen:up names a dialect"}},
		{"header without dashes and space", "--revision: abcd1234\n -- parents:\n-- gen:up dialect=sqlite\n", []string{"1:1: this is not a header line",
			"1:1: the header has no revision line", "1:1: the header has no parents line", "2:1: this is not a header line"}},
		{"comment in the header", "-- revision: abcd1234\n-- parents:\n-- a comment\n-- dialect: sqlite\n-- gen:up\n", []string{"3:1: header line has no colon"}},
		{"statement before up", header + "SELECT 1;\n-- gen:up\n", []string{"5:1: statement stands before -- gen:up"}},
		{"step before up", header + "-- gen:step\n-- gen:up\n", []string{"5:1: gen:step stands before -- gen:up"}},
		{"no up", header + "-- gen:down\n", []string{"5:1: gen:down for postgres has no gen:up beside it"}},
		{"two ups", header + "-- gen:up\nSELECT 1;\n-- gen:up\nSELECT 2;\n", []string{"7:1: gen:up for postgres stands on line 5 already, as gen:up"}},
		{"down and irreversible", header + "-- gen:up\n-- gen:down\n-- gen:irreversible no\n", []string{"7:1: gen:irreversible for postgres stands on line 6 already, as gen:down"}},
		{"irreversible without reason", header + "-- gen:up\n-- gen:irreversible\n", []string{"6:1: gen:irreversible gives no reason"}},
		{"statement under irreversible", header + "-- gen:up\n-- gen:irreversible no\nSELECT 1;\n", []string{"7:1: statement stands under gen:irreversible"}},
		{"unknown directive", header + "-- gen:up\n-- gen:dwon\n", []string{"6:8: unknown directive gen:dwon"}},
		{"no space", header + "-- gen:up\nSELECT 1;\n--gen:down\nSELECT 2;\n", []string{"7:1: directive is not written exactly"}},
		{"capital letter", header + "-- gen:up\nSELECT 1;\n-- Gen:down\nSELECT 2;\n", []string{"7:1: directive is not written exactly"}},
		{"leading space", header + "-- gen:up\nSELECT 1;\n -- gen:down\nSELECT 2;\n", []string{"7:2: directive is not written exactly"}},
		{"space before the colon", header + "-- gen:up\nSELECT 1;\n-- gen : down\n", []string{"7:1: directive is not written exactly"}},
		{"behind a statement", header + "-- gen:up\nSELECT 1; -- gen:down\n", []string{"6:11: directive is not written exactly"}},
		{"goose marker", header + "-- gen:up\n-- +goose Down\n", []string{"6:1: marker of goose, which gen does not read"}},
		{"in goose's manner", header + "-- gen:up\n-- +gen Down\n", []string{"6:1: directive is not written exactly"}},
		{"dbmate marker", header + "-- gen:up\n-- migrate:down\n", []string{"6:1: marker of dbmate, which gen does not read"}},
		{"unknown attribute", header + "-- gen:up tx=on txn=each\nSELECT 1;\n", []string{"5:17: unknown attribute txn"}},
		{"unknown tx", header + "-- gen:up tx=off\nSELECT 1;\n", []string{"5:11: unknown tx=off"}},
		{"attribute without value", header + "-- gen:up tx\nSELECT 1;\n", []string{`5:11: "tx" is not an attribute`}},
		{"attribute twice", header + "-- gen:up tx=on tx=each\nSELECT 1;\n", []string{"5:17: attribute tx is given twice"}},
		{"bad timeout", header + "-- gen:up lock_timeout=5\nSELECT 1;\n", []string{"5:11: lock_timeout=5 is not a time"}},
		{"foreign keys in PostgreSQL", header + "-- gen:up foreign_keys=off\nSELECT 1;\n", []string{"5:11: foreign_keys=off is for sqlite, this section is for postgres"}},
		{"foreign keys on", lite + "-- gen:up foreign_keys=on\nSELECT 1;\n", []string{"5:11: foreign_keys takes only the value off"}},
		{"foreign keys without transaction", lite + "-- gen:up tx=each foreign_keys=off\nSELECT 1;\n", []string{"5:1: foreign_keys=off needs tx=on"}},
		{"a step whose statement cannot be read", header + "-- gen:up tx=each\nSELECT (;\n", []string{"6:8: parenthesis ( is not closed before the statement ends"}},
		{"empty step", header + "-- gen:up\nSELECT 1;\n-- gen:step\n-- gen:step\nSELECT 2;\n", []string{"7:1: this step has attributes, a gen:step or a gen:loses line but no statements"}},
		{"CONCURRENTLY in a transaction", header + "-- gen:up\nSELECT 1;\n  CREATE UNIQUE INDEX CONCURRENTLY a ON b (c);\n", []string{"7:3: CREATE UNIQUE INDEX CONCURRENTLY cannot run in a transaction"}},
		{"VACUUM in a transaction", header + "-- gen:up\nvacuum full a;\n", []string{"6:1: VACUUM cannot run in a transaction"}},
		{"transaction control", header + "-- gen:up\nBEGIN;\nSELECT 1;\nROLLBACK TO a;\nCOMMIT;\n", []string{
			"6:1: BEGIN would end or nest the runner's transaction", "9:1: COMMIT would end or nest the runner's transaction"}},
		{"copy from stdin", header + "-- gen:up\nCOPY a FROM stdin;\n1\n\\.\n", []string{"6:1: COPY … FROM stdin needs a client that sends the rows", `8:1: \. is a psql command, the server cannot run it`}},
		{"index without a name", header + "-- gen:up tx=each\nCREATE INDEX CONCURRENTLY ON a (b);\n", []string{"6:1: CREATE INDEX CONCURRENTLY without a name cannot be found again after a fault"}},
		{"pragma foreign_keys", lite + "-- gen:up\nPRAGMA foreign_keys=OFF;\n", []string{"6:1: PRAGMA foreign_keys does nothing inside a transaction"}},
		{"batch of two", header + "-- gen:up tx=batch\nUPDATE a SET b = 1;\nUPDATE a SET b = 2;\n", []string{"7:1: a tx=batch step holds one statement"}},
		{"batch of DDL", header + "-- gen:up tx=batch\nALTER TABLE a ADD b int;\n", []string{"6:1: ALTER TABLE cannot be a batch"}},
		{"go behind a statement", header + "-- gen:up\nSELECT 1;\n-- gen:go F\n", []string{"7:1: gen:go stands behind statements"}},
		{"loss of nothing", header + "-- gen:up\nSELECT 1;\n-- gen:loses \n", []string{"7:1: gen:loses does not say what is lost"}},
		{"ignore without reason", header + "-- gen:up\n-- gen:lint-ignore LOCK01 \nSELECT 1;\n", []string{"6:1: gen:lint-ignore gives no reason"}},
		{"ignore with a comma too many", header + "-- gen:up\n-- gen:lint-ignore LOCK01, LOCK02 why\nSELECT 1;\n", []string{"6:1: gen:lint-ignore: there is a comma too many in LOCK01,"}},
		{"ignore above a step", header + "-- gen:up\nSELECT 1;\n-- gen:lint-ignore LOCK01 why\n-- gen:step\nSELECT 2;\n", []string{"7:1: no statement follows gen:lint-ignore"}},
		{"ignore at the end", header + "-- gen:up\nSELECT 1;\n-- gen:lint-ignore LOCK01 why\n", []string{"7:1: no statement follows gen:lint-ignore"}},
		{"ignore before a section", header + "-- gen:lint-ignore LOCK01 why\n-- gen:up\nSELECT 1;\n", []string{"5:1: gen:lint-ignore stands before -- gen:up"}},
		{"loss before a section", header + "-- gen:loses x\n-- gen:up\nSELECT 1;\n", []string{"5:1: gen:loses stands before -- gen:up"}},
		{"statement behind go", header + "-- gen:up\n-- gen:go F\nSELECT 1;\n", []string{"7:1: a step with gen:go holds no statements"}},
		{"go without a name", header + "-- gen:up\n-- gen:go\n", []string{`6:1: gen:go needs the name of a function, not ""`}},
		{"open statement", header + "-- gen:up\n-- gen:statement\nSELECT 1;\n-- gen:ende\n", []string{"6:1: gen:statement is not closed", "8:1: directive inside gen:statement"}},
		{"end without statement", header + "-- gen:up\n-- gen:end\n", []string{"6:1: gen:end without gen:statement"}},
		{"directive inside parentheses", header + "-- gen:up\nCREATE TABLE a (\n-- gen:down\n);\n", []string{"6:16: parenthesis ( is not closed before the statement ends"}},
		{"not UTF-8", header + "-- gen:up\nSELECT '\xff';\n", []string{"6:9: the text is not UTF-8"}},
		{"several at once", "-- revision: abcd1234\n-- parents:\n-- mesage: x\n-- dialect: postgres\n\n-- gen:up tx=of\nVACUUM;\nEND;\n-- gen:downn\nSELECT 'a", []string{
			`3:4: unknown header key "mesage"`, "6:11: unknown tx=of", "7:1: VACUUM cannot run in a transaction",
			"8:1: END would end or nest the runner's transaction", "9:8: unknown directive gen:downn", "10:8: string ' is not closed"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("", []byte(tt.text))
			errs, ok := errors.AsType[FileErrors](err)
			if !ok {
				t.Fatalf("got %v, want FileErrors", err)
			}
			var got []string
			for _, e := range errs {
				first, _, _ := strings.Cut(e.Error(), "\n")
				got = append(got, first)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHintsNameTheWordMeant(t *testing.T) {
	const header = "-- revision: abcd1234\n-- parents:\n-- dialect: postgres\n\n"
	for text, want := range map[string]string{
		"-- revision: abcd1234\n-- parent:\n-- parents:\n-- dialect: postgres\n-- gen:up\n": "did you mean parents?",
		header + "-- gen:up\n-- gen:dwon\n":                                                 "did you mean down?",
		header + "-- gen:up tz=each\nSELECT 1;\n":                                           "did you mean tx?",
		header + "-- gen:up tx=bach\nSELECT 1;\n":                                           "did you mean batch?",
		header + "-- gen:up\n--Gen:Down\n":                                                  "write -- gen:down at the start of the line: two dashes, one space, lower case",
		header + "-- gen:up dialetc=sqlite\nSELECT 1;":                                      "did you mean dialect?",
	} {
		_, err := Parse("", []byte(text))
		fe, ok := errors.AsType[*FileError](err)
		if !ok || fe.Hint != want {
			t.Errorf("%q: got %v, want the hint %q", text, err, want)
		}
	}
}

func TestFormatRefuses(t *testing.T) {
	base := func() *Revision {
		return &Revision{ID: "abcd1234", Dialect: Postgres, Up: []Step{{Statements: []Statement{{SQL: "SELECT 1"}}}}}
	}
	tests := []struct {
		name string
		edit func(*Revision)
	}{
		{"message of two lines", func(r *Revision) { r.Message = "a\nb" }},
		{"message with a trailing space", func(r *Revision) { r.Message = "a " }},
		{"comment that is a directive", func(r *Revision) { r.Up[0].Statements[0].Comment = []string{"gen:down"} }},
		{"comment of two lines", func(r *Revision) { r.Up[0].Statements[0].Comment = []string{"a\nSELECT 2;"} }},
		{"statement that ends the raw form", func(r *Revision) { r.Up[0].Statements[0].SQL = "a; b\n-- gen:end\nc" }},
		{"bare statement in a transaction", func(r *Revision) { r.Up[0].Statements[0].SQL = "VACUUM" }},
		{"hazard with a semicolon", func(r *Revision) { r.Hazards = []string{"a; b"} }},
		{"no dialect", func(r *Revision) { r.Dialect = "" }},
	}
	if _, err := Format(base()); err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := base()
			tt.edit(r)
			if text, err := Format(r); err == nil {
				t.Errorf("wrote\n%s", text)
			}
		})
	}
}

func TestVariantForDialect(t *testing.T) {
	r, err := Parse("e.sql", []byte(everything))
	if err != nil {
		t.Fatal(err)
	}
	if v, err := r.For(Postgres); err != nil || v.Up[0].Statements[0].SQL != "VACUUM a" {
		t.Errorf("got %v, %v", v, err)
	}
	if v, err := r.For(SQLite); err != nil || v.Irreversible != "the rows are gone" {
		t.Errorf("got %v, %v", v, err)
	}
	r.Variants = nil
	if _, err := r.For(Postgres); err == nil || !strings.Contains(err.Error(), "no section for postgres, only for sqlite") {
		t.Errorf("got %v", err)
	}
}

func TestChecksum(t *testing.T) {
	sum := func(text string) string {
		t.Helper()
		r, err := Parse("", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		v, err := r.For(Postgres)
		if err != nil {
			t.Fatal(err)
		}
		return v.Checksum()
	}
	want := sum(orders)
	same := map[string][2]string{
		"message":            {"add status, index it", "add status"},
		"comment above":      {"--   lock ACCESS", "--   no lock ACCESS"},
		"hazards":            {"LOCK22 brief", "LOCK22 long"},
		"the way back":       {"DROP COLUMN status", "DROP COLUMN IF EXISTS status"},
		"space between":      {"status text;\n", "status text  ;\n\n\n"},
		"a step's name":      {"gen:step tx=each", "gen:step tx=each name=x lock_timeout=1s"},
		"a comment behind":   {"status text;", "status text; -- why"},
		"an inside line end": {"status text;", "status text;\r"},
	}
	for name, edit := range same {
		if text := strings.Replace(orders, edit[0], edit[1], 1); text == orders || sum(text) != want {
			t.Errorf("%s changes the checksum", name)
		}
	}
	other := map[string][2]string{
		"a statement":       {"status text;", "status varchar;"},
		"case in a literal": {"status text;", "status text DEFAULT 'A';"},
		"a statement more":  {"status text;", "status text; SELECT 1;"},
		"an inner comment":  {"ADD COLUMN status", "ADD /* new */ COLUMN status"},
		"a step's mode":     {"-- gen:up\n", "-- gen:up tx=each\n"},
	}
	for name, edit := range other {
		if text := strings.Replace(orders, edit[0], edit[1], 1); text == orders || sum(text) == want {
			t.Errorf("%s does not change the checksum", name)
		}
	}
}

func FuzzParseRevision(f *testing.F) {
	f.Add(orders)
	f.Add(everything)
	f.Add("-- revision: abcd\n-- parents:\n-- dialect: postgres\n\n-- gen:up\n-- a\n-- gen:lint-ignore LOCK01,DATA02 a b \n-- c\nSELECT 1;\n-- gen:lint-ignore x y\n-- gen:statement\nSELECT 2;\n-- gen:end\n")
	f.Add("-- revision: abcd\n-- parents:\n-- dialect: postgres\n\n-- gen:up\n-- gen:loses a b \nSELECT 1;\n-- gen:loses c\n-- gen:step tx=each\n-- gen:loses d\nSELECT 2;\n")
	f.Add("-- revision: abcd\n-- parents:\n-- dialect: sqlite\n-- gen:up\n-- c\n\n--d\nSELECT 1 -- x\n;-- gen:")
	f.Add("-- revision: abcd\n-- parents:\n-- dialect: postgres\n\n-- gen:up\n-- gen:statement\n\n a;b \n-- gen:end\n-- gen:irreversible dialect=sqlite x")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse("x.sql", []byte(text))
		if err != nil {
			return
		}
		out, err := Format(r)
		if err != nil {
			t.Fatalf("a file that was read cannot be written: %v", err)
		}
		again, err := Parse("x.sql", out)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(plain(r), plain(again)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestOrdinaryCommentsAreNoDirectives(t *testing.T) {
	for _, comment := range []string{"gen revision wrote this", "generated: by hand", "+ gen.status text", "+ gen: a table called gen", "goose is a bird",
		"+ goose.id", "migrate: the data", "see gen:up", "+generated column", "gender: x"} {
		r := &Revision{ID: "abcd1234", Dialect: Postgres, Up: []Step{{Statements: []Statement{{SQL: "SELECT 1", Comment: []string{comment}}}}}}
		if _, err := Format(r); err != nil {
			t.Errorf("%q: %v", comment, err)
		}
	}
}
