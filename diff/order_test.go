package diff_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// typed is a column of that type; other parts set more.
func typed(name, typ string, set ...func(*schema.Column)) schema.Column {
	c := schema.Column{Name: name, Type: schema.Type{Text: typ}}
	for _, f := range set {
		f(&c)
	}
	return c
}

func defaultTo(expr string) func(*schema.Column) {
	return func(c *schema.Column) { c.Default = expr }
}

func ofEnum(name string) func(*schema.Column) {
	return func(c *schema.Column) {
		c.Type = schema.Type{Text: "public." + name, Ref: public(name)}
	}
}

// refers is a foreign key from a column to the id of a table.
func refers(name, column, table string) schema.ForeignKey {
	return schema.ForeignKey{Name: name, Columns: []string{column}, RefTable: public(table), RefColumns: []string{"id"}}
}

func keyed(name string, cols []schema.Column, fks ...schema.ForeignKey) schema.Table {
	return schema.Table{Name: public(name), Columns: cols, ForeignKeys: fks,
		PrimaryKey: &schema.PrimaryKey{Name: name + "_pkey", Columns: []string{"id"}}}
}

// computing gives the first table expressions over n and s.
func computing(d *schema.Database) {
	d.Tables[0].Checks = []schema.Check{{Name: "a_check", Expr: "n > 0"}, {Name: "a_short", Expr: "s <> ''"}}
	d.Tables[0].Indexes = []schema.Index{{Name: "a_idx", Method: "btree", Keys: []schema.IndexKey{{Column: "id"}}, Where: "n > 1"}}
}

func unlogged(t schema.Table) schema.Table {
	t.Unlogged = true
	return t
}

func enum(name string, values ...string) schema.Enum {
	return schema.Enum{Name: public(name), Values: values}
}

func TestOrder(t *testing.T) {
	with := func(db *schema.Database, set func(*schema.Database)) *schema.Database {
		set(db)
		return db
	}
	circle := func() *schema.Database {
		return database(
			keyed("a", columns("id", "r"), refers("a_fk", "r", "b")),
			keyed("b", columns("id", "r"), refers("b_fk", "r", "c")),
			keyed("c", columns("id", "r", "s"), refers("c_fk", "r", "a"), refers("c_self", "s", "c")))
	}
	byCode := func(name, column string) schema.ForeignKey {
		return schema.ForeignKey{Name: name, Columns: []string{column}, RefTable: public("z"), RefColumns: []string{"code"}}
	}
	tests := []struct {
		name       string
		have, want *schema.Database
		changes    []string
	}{
		{"tables in a circle are created with the foreign keys that can be",
			database(), circle(),
			[]string{"+ table c  3 columns", "+ table b  2 columns", "+ table a  2 columns", "+ foreign key c_fk  on c (r) → a (id)"}},
		{"tables in a circle are dropped",
			circle(), database(),
			[]string{"- foreign key c_fk  on c (r) → a (id)", "- table a  2 columns", "- table b  2 columns", "- table c  3 columns"}},
		{"parents before children, whatever their names",
			database(), database(keyed("a", columns("id", "r"), refers("f", "r", "z")), keyed("z", columns("id"))),
			[]string{"+ table z  1 column", "+ table a  2 columns"}},
		{"a dropped table that a table which stays refers to",
			database(keyed("a", columns("id", "r"), refers("f", "r", "z")), keyed("z", columns("id"))),
			database(keyed("a", columns("id", "r"))),
			[]string{"- foreign key f  on a (r) → z (id)", "- table z  1 column"}},
		{"a logged table never refers to an unlogged one, on the way to logged",
			database(unlogged(keyed("a", columns("id", "r"), refers("f", "r", "z"))), unlogged(keyed("z", columns("id")))),
			database(keyed("a", columns("id", "r"), refers("f", "r", "z")), keyed("b", columns("id", "r"), refers("g", "r", "z")), keyed("z", columns("id"))),
			[]string{"~ table z  not unlogged", "+ table b  2 columns", "~ table a  not unlogged"}},
		{"a logged table never refers to an unlogged one, on the way to unlogged",
			database(keyed("z", columns("id", "r"), refers("f", "r", "a")), keyed("a", columns("id"))),
			database(unlogged(keyed("z", columns("id", "r"), refers("f", "r", "a"))), unlogged(keyed("a", columns("id")))),
			[]string{"~ table z  unlogged", "~ table a  unlogged"}},
		{"a unique key before the foreign key that needs it, across tables",
			database(keyed("a", columns("id", "code")), keyed("z", columns("id", "code"))),
			database(keyed("a", columns("id", "code"), byCode("f", "code")),
				with(database(keyed("z", columns("id", "code"))), func(d *schema.Database) {
					d.Tables[0].Uniques = []schema.Unique{{Name: "z_code_key", Columns: []string{"code"}}}
				}).Tables[0]),
			[]string{"+ unique z_code_key  on z (code)", "+ foreign key f  on a (code) → z (code)"}},
		{"what computes with a column of another type is made anew",
			with(database(keyed("a", []schema.Column{typed("id", "integer"), typed("n", "integer"), typed("s", "character varying(5)")})), computing),
			with(database(keyed("a", []schema.Column{typed("id", "integer"), typed("n", "numeric"), typed("s", "character varying(9)")})), computing),
			[]string{"- index a_idx  on a (id) where n > 1", "- check a_check  on a (n > 0)", "~ a.n  integer → numeric", "~ a.s  character varying(5) → character varying(9)",
				"+ check a_check  on a (n > 0)", "+ index a_idx  on a (id) where n > 1"}},
		{"a key under a foreign key is made anew",
			database(keyed("a", columns("id", "r"), refers("f", "r", "z")), keyed("z", columns("id", "code"))),
			with(database(keyed("a", columns("id", "r"), refers("f", "r", "z")), keyed("z", columns("id", "code"))), func(d *schema.Database) {
				d.Tables[1].PrimaryKey.Columns = []string{"code"}
				d.Tables[1].Uniques = []schema.Unique{{Name: "u", Columns: []string{"id"}}}
			}),
			[]string{"- foreign key f  on a (r) → z (id)", "- primary key z_pkey  on z (id)", "+ primary key z_pkey  on z (code)",
				"+ unique u  on z (id)", "+ foreign key f  on a (r) → z (id)"}},
		{"both ends of a foreign key change their type",
			database(keyed("a", columns("id", "r"), refers("f", "r", "z")), keyed("z", columns("id"))),
			database(keyed("a", []schema.Column{typed("id", "integer"), typed("r", "uuid")}, refers("f", "r", "z")), keyed("z", []schema.Column{typed("id", "uuid")})),
			[]string{"- foreign key f  on a (r) → z (id)", "~ a.r  integer → uuid", "~ z.id  integer → uuid", "+ foreign key f  on a (r) → z (id)"}},
		{"a column goes with its index, check and generated column",
			database(schema.Table{Name: public("t"), Columns: append(columns("a", "b"), typed("g", "integer", func(c *schema.Column) { c.Generated = &schema.Generated{Expr: "b + 1"} })),
				Indexes: []schema.Index{{Name: "i", Method: "btree", Keys: []schema.IndexKey{{Expr: "abs(b)"}}}}, Checks: []schema.Check{{Name: "c", Expr: "b > 0"}}}),
			database(schema.Table{Name: public("t"), Columns: columns("a")}),
			[]string{"- index i  on t ((abs(b)))", "- check c  on t (b > 0)", "- t.g  integer generated (b + 1)", "- t.b  integer"}},
		{"a generated column declared before the one it is made of",
			database(schema.Table{Name: public("t"), Columns: columns("a")}),
			database(schema.Table{Name: public("t"), Columns: []schema.Column{typed("a", "integer"),
				typed("g", "integer", func(c *schema.Column) { c.Generated = &schema.Generated{Expr: "b + 1"} }), typed("b", "integer")}}),
			[]string{"+ t.b  integer", "+ t.g  integer generated (b + 1)"}},
		{"new columns come as declared",
			database(schema.Table{Name: public("t"), Columns: columns("m")}),
			database(schema.Table{Name: public("t"), Columns: columns("m", "z", "a")}),
			[]string{"+ t.z  integer", "+ t.a  integer"}},
		{"an enum is dropped once its column has another type",
			with(database(schema.Table{Name: public("t"), Columns: []schema.Column{typed("a", "", ofEnum("e"))}}), func(d *schema.Database) { d.Enums = []schema.Enum{enum("e", "x")} }),
			database(schema.Table{Name: public("t"), Columns: []schema.Column{typed("a", "text")}}),
			[]string{"~ t.a  public.e → text", "- enum e  (x)"}},
		{"a new value before the default that has it",
			with(database(schema.Table{Name: public("t"), Columns: []schema.Column{typed("a", "", ofEnum("e"))}}), func(d *schema.Database) { d.Enums = []schema.Enum{enum("e", "x")} }),
			with(database(schema.Table{Name: public("t"), Columns: []schema.Column{typed("a", "", ofEnum("e"), defaultTo("'y'::public.e"))}}),
				func(d *schema.Database) { d.Enums = []schema.Enum{enum("e", "x", "y")} }),
			[]string{"~ enum e  adds 'y'", "~ t.a  default none → 'y'::public.e"}},
		{"a default leaves a value that goes for one that comes",
			with(database(schema.Table{Name: public("t"), Columns: []schema.Column{typed("a", "", ofEnum("e"), defaultTo("'x'::public.e"))}}),
				func(d *schema.Database) { d.Enums = []schema.Enum{enum("e", "x")} }),
			with(database(schema.Table{Name: public("t"), Columns: []schema.Column{typed("a", "", ofEnum("e"), defaultTo("'y'::public.e"))}}),
				func(d *schema.Database) { d.Enums = []schema.Enum{enum("e", "y")} }),
			[]string{"~ t.a  default 'x'::public.e → none", "~ enum e  adds 'y', removes 'x'", "~ t.a  default none → 'y'::public.e"}},
		{"a sequence that a column draws from and owns",
			database(schema.Table{Name: public("t"), Columns: columns("a")}),
			with(database(schema.Table{Name: public("t"), Columns: []schema.Column{typed("a", "integer", defaultTo("nextval('public.s'::regclass)"))}}),
				func(d *schema.Database) {
					d.Sequences = []schema.Sequence{{Name: public("s"), OwnedBy: schema.ColumnRef{Table: public("t"), Column: "a"}}}
				}),
			[]string{"+ sequence s  owned by t.a", "~ t.a  default none → nextval('public.s'::regclass)"}},
		{"a sequence that a new table draws from and owns",
			database(),
			with(database(schema.Table{Name: public("t"), Columns: []schema.Column{typed("a", "integer", defaultTo("nextval('public.s'::regclass)"))}}),
				func(d *schema.Database) {
					d.Sequences = []schema.Sequence{{Name: public("s"), OwnedBy: schema.ColumnRef{Table: public("t"), Column: "a"}}}
				}),
			[]string{"+ sequence s", "+ table t  1 column", "~ sequence s  owned by none → t.a"}},
		{"the column that owns a sequence goes, the sequence stays",
			with(database(schema.Table{Name: public("t"), Columns: columns("a", "b")}), func(d *schema.Database) {
				d.Sequences = []schema.Sequence{{Name: public("s"), OwnedBy: schema.ColumnRef{Table: public("t"), Column: "a"}}}
			}),
			with(database(schema.Table{Name: public("t"), Columns: columns("b")}), func(d *schema.Database) {
				d.Sequences = []schema.Sequence{{Name: public("s"), OwnedBy: schema.ColumnRef{Table: public("t"), Column: "b"}}}
			}),
			[]string{"~ sequence s  owned by t.a → none", "- t.a  integer", "~ sequence s  owned by none → t.b"}},
		{"a serial column takes over from a sequence of its name",
			with(database(schema.Table{Name: public("t"), Columns: []schema.Column{typed("a", "integer", defaultTo("nextval('public.t_a_seq'::regclass)"))}}),
				func(d *schema.Database) {
					d.Sequences = []schema.Sequence{{Name: public("t_a_seq"), OwnedBy: schema.ColumnRef{Table: public("t"), Column: "a"}}}
				}),
			database(schema.Table{Name: public("t"), Columns: []schema.Column{typed("a", "integer", func(c *schema.Column) { c.Serial = true })}}),
			[]string{"~ t.a  default nextval('public.t_a_seq'::regclass) → none", "- sequence t_a_seq  owned by t.a", "~ t.a  serial"}},
		{"a key goes before its column may hold NULL, and comes after it may not",
			with(database(keyed("t", []schema.Column{typed("id", "integer", func(c *schema.Column) { c.NotNull = true }), typed("n", "integer")})), func(*schema.Database) {}),
			with(database(keyed("t", []schema.Column{typed("id", "integer"), typed("n", "integer", func(c *schema.Column) { c.NotNull = true })})),
				func(d *schema.Database) { d.Tables[0].PrimaryKey.Columns = []string{"n"} }),
			[]string{"- primary key t_pkey  on t (id)", "~ t.id  not null → null", "~ t.n  null → not null", "+ primary key t_pkey  on t (n)"}},
		{"schemas first and last",
			with(database(schema.Table{Name: schema.Name{Schema: "old", Local: "t"}, Columns: columns("a")}), func(d *schema.Database) { d.Schemas = []schema.Schema{{Name: "old"}} }),
			with(database(schema.Table{Name: schema.Name{Schema: "new", Local: "u"}, Columns: columns("b")}), func(d *schema.Database) { d.Schemas = []schema.Schema{{Name: "new"}} }),
			[]string{"+ schema new", "- table old.t  1 column", "+ table new.u  1 column", "- schema old"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			checkPlan(t, test.have, test.want, diff.Renames{}, test.changes...)
		})
	}
}

func TestDiffOfShuffledInputIsTheSame(t *testing.T) {
	forPairs(t, func(t *testing.T, have, want *schema.Database) {
		r := rand.New(rand.NewPCG(1, 2))
		p := mustDiff(t, have, want)
		q := mustDiff(t, shuffled(r, have), shuffled(r, want))
		// New columns come in declared order, which shuffling the lists keeps.
		if d := cmp.Diff(p, q); d != "" {
			t.Errorf("another order of the input gives another plan (-plain +shuffled):\n%s", d)
		}
	})
}

func TestDiffOfEqualDatabasesIsEmpty(t *testing.T) {
	forPairs(t, func(t *testing.T, have, _ *schema.Database) {
		if p := mustDiff(t, have, have); len(p.Changes) > 0 {
			t.Errorf("%q", lines(p.Changes))
		}
	})
}

func TestReverseOfReverse(t *testing.T) {
	seen := map[string]bool{}
	forPairs(t, func(t *testing.T, have, want *schema.Database) {
		p := mustDiff(t, have, want)
		for _, c := range p.Changes {
			seen[kindOf(c)] = true
			if d := cmp.Diff(c, c.Reverse().Reverse()); d != "" {
				t.Errorf("-change +reversed twice:\n%s", d)
			}
		}
		if d := cmp.Diff(p, p.Reverse().Reverse()); d != "" {
			t.Errorf("-plan +reversed twice:\n%s", d)
		}
	})
	for _, c := range everyChange() {
		if d := cmp.Diff(c, c.Reverse().Reverse()); d != "" {
			t.Errorf("-change +reversed twice:\n%s", d)
		}
		renames := map[string]bool{"RenameTable": true, "RenameColumn": true, "RenameObject": true}
		if !testing.Short() && !seen[kindOf(c)] && !renames[kindOf(c)] { // a short run has few pairs
			t.Errorf("no random pair of databases needs a %s", kindOf(c))
		}
	}
}
