package modelscan

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

func TestFind(t *testing.T) {
	ar := txtar.Parse([]byte(`
-- models/a.go --
package models

//gen:table users
type User struct {
	ID int ` + "`db:\"id\" gen:\"pk\"`" + `
}

type DTO struct {
	ID int ` + "`db:\"id\"`" + `
}
-- store/orm.go --
package store

import "gorm.io/gorm"

type User struct { gorm.Model }
type Post struct { ID int ` + "`gorm:\"primaryKey\"`" + ` }
type Row struct {
	bun.BaseModel ` + "`bun:\"table:rows\"`" + `
}
-- plain/plain.go --
package plain

type T struct { ID int ` + "`json:\"id\"`" + ` } // not gen:"
-- models/a_test.go --
package models
//gen:table tests
-- vendor/x/x.go --
package x

type T struct { ID int ` + "`gen:\"pk\"`" + ` }
-- other/go.mod --
module other
-- other/o.go --
package other

type T struct { ID int ` + "`gen:\"pk\"`" + ` }
`))
	dir, _, _ := unpack(t, ar)
	got, err := Find(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []Found{
		{Dir: "models", Pattern: "./models", Package: "models", Directives: 1, Gen: 1, DB: 1},
		{Dir: "store", Pattern: "./store", Package: "store", Gorm: 2, Bun: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
