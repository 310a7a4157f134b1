package postgres

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// Rows are checked behind all else, and in the same statement where something
// else in the plan needs the constraint as it is to be.
func TestConstraintsAreValidatedLater(t *testing.T) {
	check := diff.AddConstraint{Table: users.Name, Constraint: schema.Check{Name: "c", Expr: "id > 0"}}
	later := diff.CreateObject{Object: active, Again: true}
	required := users.Columns[1]
	required.NotNull = true
	parted := base
	parted.Tables = []schema.Table{{Name: users.Name, Columns: users.Columns, PartitionBy: "LIST (id)"}}
	key := diff.AddConstraint{Table: users.Name, Constraint: schema.ForeignKey{Name: "f", Columns: []string{"id"}, RefTable: name("t"), RefColumns: []string{"id"}}}
	const add, whole, validate = "ADD CONSTRAINT c CHECK (id > 0) NOT VALID", "ADD CONSTRAINT c CHECK (id > 0)", "VALIDATE CONSTRAINT c"
	tests := []struct {
		name    string
		from    schema.Database
		changes []diff.Change
		simple  bool
		version int
		want    []string // of ALTER TABLE, what comes behind the name
	}{
		{name: "behind what is made again", from: base, changes: []diff.Change{check, later}, want: []string{add, "CREATE VIEW", validate}},
		{name: "simple", from: base, changes: []diff.Change{check}, simple: true, want: []string{whole}},
		{name: "the table is renamed", from: base, changes: []diff.Change{check, diff.RenameTable{From: users.Name, To: name("people")}}, want: []string{whole, "RENAME TO people"}},
		{name: "a column becomes NOT NULL", from: base, changes: []diff.Change{check, diff.AlterColumn{Table: users.Name, From: users.Columns[1], To: required}}, want: []string{whole, "ALTER COLUMN email SET NOT NULL"}},
		{name: "a table is attached", from: base, changes: []diff.Change{check, diff.AlterTable{From: schema.Table{Name: name("u")}, To: schema.Table{Name: name("u"), Inherits: []schema.Name{users.Name}}}}, want: []string{whole, "INHERIT public.users"}},
		{name: "a new table", from: schema.Database{}, changes: []diff.Change{diff.CreateTable{Table: schema.Table{Name: users.Name, Columns: users.Columns}}, check}, want: []string{"CREATE TABLE", whole}},
		{name: "a foreign key of a partitioned table before 18", from: parted, changes: []diff.Change{key}, version: 170000, want: []string{"ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES public.t (id)"}},
		{name: "a foreign key of a partitioned table", from: parted, changes: []diff.Change{key}, version: 180000, want: []string{"ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES public.t (id) NOT VALID", "VALIDATE CONSTRAINT f"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			statements, err := Render(diff.Plan{From: tt.from, To: tt.from, Changes: tt.changes}, render.Options{ServerVersion: tt.version, Online: !tt.simple})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range statements {
				got = append(got, gist(s.SQL))
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("statements (-want +got):\n%s", d)
			}
		})
	}
}

// gist is what a statement does: behind ALTER TABLE and its name, else its first
// two words.
func gist(sql string) string {
	words := strings.Fields(sql)
	if words[0] == "ALTER" {
		return strings.Join(words[3:], " ")
	}
	return strings.Join(words[:2], " ")
}
