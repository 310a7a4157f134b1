package diff

import (
	"testing"

	"github.com/gen-migrate/gen/schema"
)

// TestEveryKindIsRenamed: a hint on an object of any kind that has a name of its own
// makes a rename of it, and nothing else.
func TestEveryKindIsRenamed(t *testing.T) {
	t.Parallel()
	users := schema.Name{Schema: "public", Local: "users"}
	name := func(local string) schema.Name { return schema.Name{Schema: "public", Local: local} }
	was := []schema.Former{{Name: name("old")}}
	table := schema.Table{Name: users, Columns: []schema.Column{{Name: "id", Type: schema.Type{Text: "integer"}}}}
	db := func() *schema.Database { return &schema.Database{Tables: []schema.Table{table.Clone()}} }

	sides := map[string]func() (have, want *schema.Database){
		"enum": func() (*schema.Database, *schema.Database) {
			have, want := db(), db()
			have.Enums, want.Enums = []schema.Enum{{Name: name("old")}}, []schema.Enum{{Name: name("fresh"), Was: was}}
			return have, want
		},
		"sequence": func() (*schema.Database, *schema.Database) {
			have, want := db(), db()
			have.Sequences, want.Sequences = []schema.Sequence{{Name: name("old")}}, []schema.Sequence{{Name: name("fresh"), Was: was}}
			return have, want
		},
	}
	for _, kind := range []string{schema.KindCollation, schema.KindDomain, schema.KindComposite, schema.KindRange,
		schema.KindFunction, schema.KindWindow, schema.KindProcedure, schema.KindAggregate, schema.KindView, schema.KindMaterializedView,
		schema.KindIndex, schema.KindRule, schema.KindTrigger, schema.KindPolicy, schema.KindStatistics, schema.KindPublication} {
		sides[kind] = func() (*schema.Database, *schema.Database) {
			object := func(local string) schema.Object {
				o := schema.Object{Kind: kind, Name: name(local)}
				switch {
				case schema.BelongsToRelation(kind):
					o.Table = users
				case kind == schema.KindPublication:
					o.Name.Schema = ""
				}
				return o
			}
			have, want := db(), db()
			fresh := object("fresh")
			fresh.Was = []schema.Former{{Name: object("old").Name}}
			have.Objects, want.Objects = []schema.Object{object("old")}, []schema.Object{fresh}
			return have, want
		}
	}
	for kind, make := range sides {
		have, want := make()
		renames, questions, err := FindRenames(have, want, Answers{}, "public")
		if err != nil || len(questions) > 0 {
			t.Errorf("%s: %v %v", kind, err, questions)
			continue
		}
		plan, err := Diff(have, want, renames)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if len(plan.Changes) != 1 {
			t.Errorf("%s: %d changes, want one: %v", kind, len(plan.Changes), plan.Changes)
			continue
		}
		c, ok := plan.Changes[0].(RenameObject)
		if !ok || c.From.Kind != kind || c.From.Name.Local != "old" || c.To.Name.Local != "fresh" {
			t.Errorf("%s: %#v", kind, plan.Changes[0])
		}
	}
}
