package modelscan

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/gen-migrate/gen/modelscan/xorm"
)

// TestFindXorm: models in calls, in a list of the package, registered by a
// function of theirs; mappers as literals; what is not plain is pointed at.
func TestFindXorm(t *testing.T) {
	ar := txtar.Parse([]byte(`
-- go.mod --
module example.com/app
-- db/engine.go --
package db

import (
	"xorm.io/xorm"
	"xorm.io/xorm/names"

	"example.com/app/models"
)

const prefix = "app_"

var (
	registered []any
	listed     = []any{new(models.Listed)}
)

func Register(bean any, init ...func() error) {
	registered = append(registered, bean)
}

func init() {
	registered = append(registered, &models.Direct{}, new(models.Direct2))
}

func Open(x *xorm.Engine, dynamic []any, mapper names.Mapper) error {
	tables := names.NewPrefixMapper(names.SnakeMapper{}, prefix)
	x.SetTableMapper(tables)
	x.SetColumnMapper(new(names.GonicMapper))
	if err := x.Sync2(listed...); err != nil {
		return err
	}
	if err := x.CreateTables(dynamic...); err != nil {
		return err
	}
	_, err := x.StoreEngine("InnoDB").SyncWithOptions(xorm.SyncOptions{}, registered...)
	return err
}
-- models/models.go --
package models

import "example.com/app/db2"

import "example.com/app/db"

type (
	Listed struct{ Id int64 }
	Direct struct{ Id int64 }
	Direct2 struct{ Id int64 }
	Registered struct{ Id int64 }
)

func init() {
	db.Register(new(Registered), nil)
}
-- migrations/v1.go --
package migrations

import (
	"xorm.io/xorm"

	"example.com/app/entity"
)

type Old struct{ Id int64 }

func v1(x *xorm.Engine, some []any) error {
	type Local struct{ Id int64 }
	if err := x.Sync(some...); err != nil {
		return err
	}
	x.SetMapper(nil)
	return x.Sync(new(Old), new(Local), new(entity.Kept))
}
-- entity/kept.go --
package entity

type Kept struct{ Id int64 }
`))
	dir, _, _ := unpack(t, ar)
	got, err := FindXorm(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	var unclear []string
	for _, u := range got.Unclear {
		unclear = append(unclear, u.String())
	}
	got.Unclear = nil
	want := &XormSetup{
		Models: []string{
			"example.com/app/models.Listed", "example.com/app/models.Registered", "example.com/app/models.Direct", "example.com/app/models.Direct2",
			"example.com/app/entity.Kept",
		},
		Packages: []string{"./entity", "./models"},
		Tables:   xorm.Mapper{Rule: "snake", Prefix: "app_"}, Columns: xorm.Mapper{Rule: "gonic"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantUnclear := []string{"db/engine.go:32:27: which models are passed to CreateTables cannot be read     hint: add what is passed here to models of [xorm]"}
	if diff := cmp.Diff(wantUnclear, unclear); diff != "" {
		t.Errorf("unclear (-want +got):\n%s", diff)
	}
}
