package modelscan

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/schema"
)

func TestGormImplied(t *testing.T) {
	const src = "package m\n" + `
type Team struct {
	ID   uint
	Code string ` + "`gorm:\"primaryKey\"`" + `
}

type User struct {
	ID     uint
	Name   string
	Mail   string ` + "`gorm:\"size:100;not null;uniqueIndex\"`" + `
	Nick   string ` + "`gorm:\"type:citext not null;index:by_nick,where:nick <> '';default:x\"`" + `
	Age    int    ` + "`gorm:\"check:age > 0;default:(-)\"`" + `
	Height int    ` + "`gorm:\"check:tall,height > 0;autoIncrement:false\"`" + `
	BossID uint
	Boss   *User
	AideID uint
	Aide   *User ` + "`gorm:\"constraint:OnDelete:CASCADE\"`" + `
	HelpID uint
	Help   *User   ` + "`gorm:\"constraint:helpers,OnDelete:CASCADE\"`" + `
	Speaks []*Word ` + "`gorm:\"many2many:spoken\"`" + `
}

type Word struct {
	Text string ` + "`gorm:\"primaryKey;size:20\"`" + `
}
`
	res, err := scanGorm(t, dialect.SQLite(), src, GormOptions{Models: []string{"Team", "User"}, Compat: true})
	if err != nil {
		t.Fatal(err)
	}
	all := schema.ImpliedColumn{Type: true, NotNull: true, Default: true}
	name := func(local string) schema.Name { return schema.Name{Local: local} }
	none := map[string]bool{}
	want := schema.Implied{
		name("teams"): {Columns: map[string]schema.ImpliedColumn{"id": all, "code": all}, ForeignKeys: none, Indexes: none, Names: none},
		name("users"): {
			PrimaryKey: true,
			Columns: map[string]schema.ImpliedColumn{
				"id": all, "name": all, "boss_id": all, "aide_id": all, "help_id": all, "age": all,
				"mail":   {Default: true},
				"nick":   {},
				"height": {Type: true, NotNull: true},
			},
			ForeignKeys: map[string]bool{"fk_users_boss": true},
			Indexes:     none,
			Names:       map[string]bool{"idx_users_mail": true, "chk_users_age": true, "fk_users_boss": true, "fk_users_aide": true},
		},
		name("words"): {Columns: map[string]schema.ImpliedColumn{"text": {NotNull: true, Default: true}}, ForeignKeys: none, Indexes: none, Names: none},
		name("spoken"): {
			PrimaryKey: true, Columns: map[string]schema.ImpliedColumn{"user_id": all, "word_text": all},
			ForeignKeys: map[string]bool{"fk_spoken_user": true, "fk_spoken_word": true},
			Indexes:     none,
			Names:       map[string]bool{"fk_spoken_user": true, "fk_spoken_word": true},
		},
	}
	if d := cmp.Diff(want, res.Implied); d != "" {
		t.Errorf("implied (-want +got):\n%s", d)
	}
	for _, table := range res.Database.Tables {
		known := res.Implied[table.Name]
		for _, c := range table.Columns {
			if _, ok := known.Columns[c.Name]; !ok {
				t.Errorf("column %s.%s is not known", table.Name, c.Name)
			}
		}
	}
}

// A base with tags makes models of the structs that embed it; a struct that
// embeds a model is none.
func TestGormModelsByTheirBase(t *testing.T) {
	const src = "package m\n\ntype Base struct {\n\tID string `gorm:\"primaryKey\"`\n}\n" +
		"type Log struct {\n\tBase\n\tEvent string `gorm:\"index\"`\n}\n" +
		"type Claim struct {\n\tBase\n\tKey string\n}\n" +
		"type LogWithCount struct {\n\tLog\n\tCount int\n}\n" +
		"type Other struct{ Key string }\n"
	res, err := scanGorm(t, dialect.SQLite(), src, GormOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, table := range res.Database.Tables {
		got = append(got, table.Name.Local)
	}
	if d := cmp.Diff([]string{"claims", "logs"}, got); d != "" {
		t.Errorf("tables (-want +got):\n%s", d)
	}
}
