package xorm

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// facts are those of a type of this test.
type facts struct {
	noFacts
	fields []*Field
	table  string
	time   bool
}

func (f facts) Fields() []*Field                 { return f.fields }
func (f facts) Time() bool                       { return f.time }
func (f facts) TableName() (string, bool, error) { return f.table, f.table != "", nil }

// model is a struct with one field for each "Name kind tag".
func model(name string, fields ...string) *Type {
	kinds := map[string]*Type{
		"int64": {Kind: reflect.Int64}, "int": {Kind: reflect.Int}, "uint": {Kind: reflect.Uint}, "string": {Kind: reflect.String}, "bool": {Kind: reflect.Bool},
		"float64": {Kind: reflect.Float64}, "bytes": {Kind: reflect.Slice, Elem: &Type{Kind: reflect.Uint8}}, "time": {Kind: reflect.Struct, Facts: facts{time: true}},
	}
	var f facts
	for _, line := range fields {
		parts := strings.SplitN(line, " ", 3)
		field := &Field{Name: parts[0], Type: kinds[parts[1]], Exported: true}
		if len(parts) == 3 {
			field.Tag = reflect.StructTag(`xorm:"` + parts[2] + `"`)
		}
		f.fields = append(f.fields, field)
	}
	return &Type{Kind: reflect.Struct, Name: name, Facts: f}
}

// TestColumns: what stands behind the name of a column, in each product.
func TestColumns(t *testing.T) {
	for _, c := range []struct{ field, postgres, sqlite, mysql string }{
		{"F int64", "BIGINT NULL", "INTEGER NULL", "BIGINT(20) NULL"},
		{"Id int64", "BIGSERIAL PRIMARY KEY NOT NULL", "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", "BIGINT(20) PRIMARY KEY AUTO_INCREMENT NOT NULL"},
		{"F int pk autoincr", "SERIAL PRIMARY KEY NOT NULL", "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", "INT PRIMARY KEY AUTO_INCREMENT NOT NULL"},
		{"F uint", "BIGINT NULL", "INTEGER NULL", "INT UNSIGNED NULL"},
		{"F string", "VARCHAR(255) NULL", "TEXT NULL", "VARCHAR(255) NULL"},
		{"F string notnull text", "TEXT NOT NULL", "TEXT NOT NULL", "TEXT NOT NULL"},
		{"F string char(2) default 'x'", "CHAR(2) DEFAULT 'x' NULL", "TEXT DEFAULT 'x' NULL", "CHAR(2) DEFAULT 'x' NULL"},
		{"F bool default true", "BOOL DEFAULT true NULL", "INTEGER DEFAULT 1 NULL", "TINYINT(1) DEFAULT true NULL"},
		{"F time", "TIMESTAMP NULL", "DATETIME NULL", "DATETIME NULL"},
		{"F time timestampz", "timestamp with time zone NULL", "TEXT NULL", "CHAR(64) NULL"},
		{"F bytes", "BYTEA NULL", "BLOB NULL", "BLOB NULL"},
		{"F float64", "DOUBLE PRECISION NULL", "REAL NULL", "DOUBLE NULL"},
		{"F string decimal(10,2)", "DECIMAL(10,2) NULL", "NUMERIC NULL", "DECIMAL(10,2) NULL"},
		{"F string uuid", "UUID NULL", "UUID NULL", "VARCHAR(40) NULL"},
		{"F string json", "JSON NULL", "TEXT NULL", "TEXT NULL"},
		{"F string json text", "TEXT NULL", "TEXT NULL", "TEXT NULL"},
		{"F int tinyint unsigned", "SMALLINT NULL", "INTEGER NULL", "TINYINT UNSIGNED NULL"},
		{"F string default", "VARCHAR(255) DEFAULT '' NULL", "TEXT DEFAULT '' NULL", "VARCHAR(255) DEFAULT '' NULL"},
		{"F string collate utf8mb4_bin", "VARCHAR(255) NULL", "TEXT NULL", "VARCHAR(255) COLLATE utf8mb4_bin NULL"},
	} {
		for dialect, want := range map[string]string{"postgres": c.postgres, "sqlite": c.sqlite, "mysql": c.mysql} {
			tables, problems := Sync([]*Type{model("T", c.field)}, Config{Dialect: dialect})
			if len(problems) > 0 {
				t.Errorf("%s, %s: %s", c.field, dialect, problems[0].Text)
				continue
			}
			if got := tables[0].Columns[0].SQL; got != want {
				t.Errorf("%s, %s: %s, want %s", c.field, dialect, got, want)
			}
		}
	}
}

// TestVersions: the same model, as releases read it.
func TestVersions(t *testing.T) {
	m := model("T", "A string json", "B int version", "C string <-", "D string collate x", "E string number", "F string text jsonb")
	for _, c := range []struct {
		v    Version
		want []string
	}{
		{Version{}, []string{"a TEXT NULL", "b INTEGER NULL", "d TEXT NULL", "e NUMBER NULL", "f TEXT NULL"}},
		{Version{1, 4, 1}, []string{"a TEXT NULL", "b INTEGER NULL", "c TEXT NULL", "d TEXT NULL", "e NUMBER NULL", "f TEXT NULL"}},
		{Version{1, 3, 2}, []string{"a TEXT NULL", "b INTEGER NULL", "c TEXT NULL", "x TEXT NULL", "e NUMBER NULL", "f JSONB NULL"}},
		{Version{1, 2, 5}, []string{"a TEXT NULL", "b INTEGER DEFAULT 1 NULL", "c TEXT NULL", "x TEXT NULL", "number TEXT NULL", "f JSONB NULL"}},
	} {
		tables, problems := Sync([]*Type{m}, Config{Dialect: "sqlite", Version: c.v})
		if len(problems) > 0 {
			t.Fatalf("%v: %+v", c.v, problems)
		}
		var got []string
		for _, col := range tables[0].Columns {
			got = append(got, col.Name+" "+col.SQL)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.v, diff)
		}
	}
}

// TestQuotedTable: quotes that a program puts around its table are none of the
// name's, but stay in the way of index names as in xorm.
func TestQuotedTable(t *testing.T) {
	m := model("T", "A int index")
	f := m.Facts.(facts)
	f.table = "`user`"
	m.Facts = f
	tables, problems := Sync([]*Type{m}, Config{Dialect: "postgres"})
	if len(problems) > 0 || tables[0].Name != "user" || tables[0].Indexes[0].Name != "IDX_`user`_a" {
		t.Errorf("got %+v, %+v", tables, problems)
	}
}
