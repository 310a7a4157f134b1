package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/schema"
)

func TestInspectListsAllThatIsUnmanaged(t *testing.T) {
	for _, major := range dbtest.PostgresMajors() {
		t.Run(fmt.Sprint(major), func(t *testing.T) {
			url := dbtest.PostgresMajor(t, major)
			dbtest.Exec(t, url, read(t, "testdata/unmanaged.sql"))
			t.Cleanup(func() { dbtest.Exec(t, url, "DROP SUBSCRIPTION sub") }) // else the database cannot be dropped
			have := inspect(t, url)
			golden(t, "testdata/unmanaged.golden", objects(have.Unmanaged))
			lonely := inspect(t, dbtest.Role(t, url))
			lonely.Unmanaged = slices.DeleteFunc(lonely.Unmanaged, func(o schema.Object) bool {
				return o.Kind == "privileges" && !slices.ContainsFunc(have.Unmanaged, func(h schema.Object) bool { return cmp.Equal(h, o) }) // what the role itself was denied
			})
			if d := cmp.Diff(have, lonely); d != "" {
				t.Errorf("a role with only CONNECT sees something else (-superuser +role):\n%s", d)
			}
			if got, want := tableNames(have), "base child heir ident ident2 par parts parts_2020 serials"; got != want {
				t.Errorf("tables are %s, want %s", got, want)
			}
		})
	}
}

func tableNames(db *schema.Database) string {
	var names []string
	for _, x := range db.Tables {
		names = append(names, x.Name.Local)
	}
	return strings.Join(names, " ")
}

func objects(list []schema.Object) string {
	var b strings.Builder
	for _, o := range list {
		fmt.Fprintf(&b, "%s %s", o.Kind, o.Name)
		if !o.Table.IsZero() {
			fmt.Fprintf(&b, " on %s", o.Table)
		}
		for _, c := range o.Uses {
			fmt.Fprintf(&b, " uses %s.%s", c.Table, c.Column)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Version 18 has constraints over time and some that are not enforced, which are
// read as such, and NOT NULL constraints that say more than that.
func TestInspectConstraintsOf18(t *testing.T) {
	url := dbtest.PostgresMajor(t, 18)
	dbtest.Exec(t, url, `
CREATE EXTENSION btree_gist;
CREATE TABLE a (id int, at tsrange, PRIMARY KEY (id, at WITHOUT OVERLAPS), n int, UNIQUE (n, at WITHOUT OVERLAPS));
CREATE TABLE b (id int, at tsrange, FOREIGN KEY (id, PERIOD at) REFERENCES a, plain int CONSTRAINT named_as_you_like NOT NULL);
CREATE TABLE c (id int PRIMARY KEY, x int CONSTRAINT off CHECK (x > 0) NOT ENFORCED, y int REFERENCES c NOT ENFORCED, z int CONSTRAINT own NOT NULL NO INHERIT, w int,
  twice int GENERATED ALWAYS AS (x * 2) VIRTUAL);
ALTER TABLE c ADD CONSTRAINT later NOT NULL w NOT VALID;
COMMENT ON CONSTRAINT named_as_you_like ON b IS 'a comment on what has no place'`)
	have := inspect(t, url)
	want := "extension btree_gist\n"
	if got := objects(have.Unmanaged); got != want {
		t.Errorf("unmanaged:\n%s\nwant:\n%s", got, want)
	}
	var timed, plain []schema.Constraint
	for _, table := range have.Tables {
		if table.Name.Local != "c" {
			timed = append(timed, table.Constraints()...)
			continue
		}
		plain = append(plain, table.Constraints()...)
		var nulls []string
		for _, c := range table.Columns {
			nulls = append(nulls, fmt.Sprintf("%s %v", c.Name, c.NotNull))
			if n := c.NotNullConstraint; n != nil {
				nulls = append(nulls, fmt.Sprintf("%+v", *n))
			}
		}
		if got, want := strings.Join(nulls, ", "), "id true, x false, y false, z true, {Name:own NotValid:false NoInherit:true Comment:}, w false, {Name:later NotValid:true NoInherit:false Comment:}, twice false"; got != want {
			t.Errorf("not null: %s, want %s", got, want)
		}
		if g := table.Column("twice").Generated; g == nil || !g.Virtual || g.Expr != "x * 2" {
			t.Errorf("virtual column is %+v", g)
		}
	}
	name := func(n string) schema.Name { return schema.Name{Schema: "public", Local: n} }
	if d := cmp.Diff([]schema.Constraint{
		schema.PrimaryKey{Name: "a_pkey", Columns: []string{"id", "at"}, WithoutOverlaps: true},
		schema.Unique{Name: "a_n_at_key", Columns: []string{"n", "at"}, WithoutOverlaps: true},
		schema.ForeignKey{Name: "b_id_at_fkey", Columns: []string{"id", "at"}, RefTable: name("a"), RefColumns: []string{"id", "at"}, Period: true},
	}, timed); d != "" {
		t.Errorf("over time (- want, + got):\n%s", d)
	}
	if d := cmp.Diff([]schema.Constraint{
		schema.PrimaryKey{Name: "c_pkey", Columns: []string{"id"}},
		schema.Check{Name: "off", Expr: "x > 0", NotEnforced: true},
		schema.ForeignKey{Name: "c_y_fkey", Columns: []string{"y"}, RefTable: name("c"), RefColumns: []string{"id"}, NotEnforced: true},
	}, plain); d != "" {
		t.Errorf("not enforced (- want, + got):\n%s", d)
	}
}

func TestInspectVersionedAttributes(t *testing.T) {
	url := dbtest.PostgresMajor(t, 15)
	dbtest.Exec(t, url, `
CREATE TABLE p (a int, b int, UNIQUE NULLS NOT DISTINCT (a), PRIMARY KEY (a, b));
CREATE TABLE c (a int, b int, t text COMPRESSION pglz, CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES p ON DELETE SET NULL (b));
CREATE UNIQUE INDEX i ON c (a) NULLS NOT DISTINCT;
CREATE UNLOGGED SEQUENCE s`)
	have := inspect(t, url)
	p, c := have.Table(schema.Name{Schema: "public", Local: "p"}), have.Table(schema.Name{Schema: "public", Local: "c"})
	switch {
	case !p.Uniques[0].NullsNotDistinct:
		t.Error("NULLS NOT DISTINCT of a constraint is lost")
	case !c.Indexes[0].NullsNotDistinct:
		t.Error("NULLS NOT DISTINCT of an index is lost")
	case strings.Join(c.ForeignKeys[0].SetColumns, ",") != "b":
		t.Errorf("SET NULL columns are %v", c.ForeignKeys[0].SetColumns)
	case c.Column("t").Compression != "pglz":
		t.Errorf("compression is %q", c.Column("t").Compression)
	case !have.Sequences[0].Unlogged:
		t.Error("an unlogged sequence is logged")
	}
}
