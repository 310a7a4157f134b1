package migrations

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const ignoring = `-- revision: abcd
-- parents:
-- dialect: postgres

-- gen:up
-- adds the index
-- gen:lint-ignore LOCK01,STYLE02 orders is empty until launch
--   lock SHARE on orders
CREATE INDEX i ON orders (a);
`

func TestLintIgnoreBelongsToTheStatementBelow(t *testing.T) {
	rev, err := Parse("a.sql", []byte(ignoring))
	if err != nil {
		t.Fatal(err)
	}
	want := Statement{
		SQL: "CREATE INDEX i ON orders (a)", Line: 9, Col: 1,
		Comment: []string{"adds the index", "  lock SHARE on orders"},
		Ignores: []LintIgnore{{Rules: []string{"LOCK01", "STYLE02"}, Reason: "orders is empty until launch", Line: 7}},
	}
	if d := cmp.Diff(want, rev.Up[0].Statements[0]); d != "" {
		t.Error(d)
	}
}

func TestLintIgnoreLeavesTheChecksum(t *testing.T) {
	with, err := Parse("a.sql", []byte(ignoring))
	if err != nil {
		t.Fatal(err)
	}
	line := []byte("-- gen:lint-ignore LOCK01,STYLE02 orders is empty until launch\n")
	without, err := Parse("a.sql", bytes.Replace([]byte(ignoring), line, nil, 1))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := checksum(with.Up), checksum(without.Up); a != b {
		t.Errorf("checksum %s with the line, %s without", a, b)
	}
}

func TestLintIgnoreIsNotStoredWithTheWayBack(t *testing.T) {
	text := ignoring + "\n-- gen:down\n-- gen:lint-ignore LOCK02 nobody uses it\nDROP INDEX i;\n"
	rev, err := Parse("a.sql", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	v, err := rev.For(Postgres)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff("\n-- gen:down\nDROP INDEX i;\n", formatDown(plainDown(v), "")); d != "" {
		t.Error(d)
	}
	if len(v.Down[0].Statements[0].Ignores) != 1 {
		t.Error("the revision itself has lost the line")
	}
}
