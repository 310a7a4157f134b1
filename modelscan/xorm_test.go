package modelscan

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/gen-migrate/gen/dialect"
)

// scanXorm reads a file of models as xorm's.
func scanXorm(t testing.TB, d dialect.Dialect, src string, o XormOptions) (*Result, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "m.go"), []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	return Scan(context.Background(), Options{Dir: dir, Dialect: d, Xorm: &o, withoutGo: true})
}

// TestXormOverlay: gen tags and directives say of xorm's models what xorm
// cannot.
func TestXormOverlay(t *testing.T) {
	res, err := scanXorm(t, dialect.Postgres(), `package m

//gen:was old_users
//gen:index users_lower (lower(name))
//gen:table fillfactor=70
type User struct {
	Id   int64
	Name string `+"`xorm:\"varchar(20) notnull index comment('the name')\" gen:\"was:title;collate:C\"`"+`
}
`, XormOptions{Models: []string{"User"}})
	if err != nil {
		t.Fatal(err)
	}
	u := res.Database.Tables[0]
	name := u.Columns[1]
	if u.Name.Local != "user" || u.Was[0].Local != "old_users" || u.Indexes[0].Name != "IDX_user_name" || u.Indexes[1].Name != "users_lower" || u.Options[0].Value != "70" ||
		name.Was[0] != "title" || name.Collation.Local != "c" || name.Type.Text != "character varying(20)" || name.Comment != "the name" || !name.NotNull ||
		!u.Columns[0].Serial || u.PrimaryKey.Columns[0] != "id" {
		t.Errorf("got %+v", u)
	}
}
