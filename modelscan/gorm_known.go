package modelscan

import (
	"reflect"

	"github.com/gen-migrate/gen/modelscan/gorm"
)

// A gormKnownType is a type of a well-known package: what its Value returns
// for the zero value cannot be seen without running it, or its source need not
// be at hand.
type gormKnownType struct {
	kind   reflect.Kind // of the type itself; Array and Slice are of bytes
	valuer bool
	zero   reflect.Kind // of what decides the column type; Invalid: the kind itself
	time   bool         // the zero is a time
	arg    bool         // the zero is the type argument
	name   string       // what GormDataType returns
	sql    [3]string    // what GormDBDataType returns: PostgreSQL, SQLite, MySQL
}

// bytesZero stands for a zero of type []byte.
const bytesZero = reflect.Slice

// gormKnown are keyed by import path without version elements and name.
// Observed with the modules' releases of 2026.
var gormKnown = map[string]gormKnownType{
	"github.com/google/uuid.UUID":        {kind: reflect.Array, valuer: true, zero: reflect.String},
	"github.com/google/uuid.NullUUID":    {kind: reflect.Struct, valuer: true, zero: bytesZero},
	"github.com/gofrs/uuid.UUID":         {kind: reflect.Array, valuer: true, zero: reflect.String},
	"github.com/gofrs/uuid.NullUUID":     {kind: reflect.Struct, valuer: true, zero: bytesZero},
	"github.com/satori/go.uuid.UUID":     {kind: reflect.Array, valuer: true, zero: reflect.String},
	"github.com/satori/go.uuid.NullUUID": {kind: reflect.Struct, valuer: true, zero: bytesZero},

	"github.com/shopspring/decimal.Decimal":     {kind: reflect.Struct, valuer: true, zero: reflect.String},
	"github.com/shopspring/decimal.NullDecimal": {kind: reflect.Struct, valuer: true, zero: reflect.Bool},

	"github.com/oklog/ulid.ULID": {kind: reflect.Array, valuer: true, zero: bytesZero},
	"github.com/rs/xid.ID":       {kind: reflect.Array, valuer: true, zero: reflect.Invalid},

	"database/sql.NullString":  {kind: reflect.Struct, valuer: true, zero: reflect.String},
	"database/sql.NullInt64":   {kind: reflect.Struct, valuer: true, zero: reflect.Int64},
	"database/sql.NullInt32":   {kind: reflect.Struct, valuer: true, zero: reflect.Int32},
	"database/sql.NullInt16":   {kind: reflect.Struct, valuer: true, zero: reflect.Int16},
	"database/sql.NullByte":    {kind: reflect.Struct, valuer: true, zero: reflect.Uint8},
	"database/sql.NullFloat64": {kind: reflect.Struct, valuer: true, zero: reflect.Float64},
	"database/sql.NullBool":    {kind: reflect.Struct, valuer: true, zero: reflect.Bool},
	"database/sql.NullTime":    {kind: reflect.Struct, valuer: true, zero: reflect.Struct, time: true},
	"database/sql.Null":        {kind: reflect.Struct, valuer: true, arg: true},

	"time.Time":     {kind: reflect.Struct, time: true},
	"time.Duration": {kind: reflect.Int64},

	"gorm.io/gorm.DeletedAt":               {kind: reflect.Struct, valuer: true, zero: reflect.Struct, time: true},
	"gorm.io/plugin/soft_delete.DeletedAt": {kind: reflect.Uint},

	"gorm.io/datatypes.JSON":      {kind: reflect.Slice, valuer: true, name: "json", sql: [3]string{"JSONB", "JSON", "JSON"}},
	"gorm.io/datatypes.JSONMap":   {kind: reflect.Map, valuer: true, name: "jsonmap", sql: [3]string{"JSONB", "JSON", "JSON"}},
	"gorm.io/datatypes.JSONType":  {kind: reflect.Struct, valuer: true, name: "json", sql: [3]string{"JSONB", "JSON", "JSON"}},
	"gorm.io/datatypes.JSONSlice": {kind: reflect.Slice, valuer: true, name: "json", sql: [3]string{"JSONB", "JSON", "JSON"}},
	"gorm.io/datatypes.Date":      {kind: reflect.Struct, time: true, valuer: true, name: "date"},
	"gorm.io/datatypes.Time":      {kind: reflect.Int64, valuer: true, name: "time", sql: [3]string{"TIME", "TEXT", "TIME"}},
	"gorm.io/datatypes.UUID":      {kind: reflect.Array, valuer: true, name: "string", sql: [3]string{"UUID", "TEXT", "LONGTEXT"}},
	"gorm.io/datatypes.BinUUID":   {kind: reflect.Array, valuer: true, name: "BINARY(16)", sql: [3]string{"BYTEA", "BLOB", "BINARY(16)"}},
	"gorm.io/datatypes.URL":       {kind: reflect.Struct, valuer: true, name: "url", sql: [3]string{"TEXT", "TEXT", "TEXT"}},
	"gorm.io/datatypes.Null":      {kind: reflect.Struct, valuer: true, arg: true},
}

// knownType is the row of the type, or nil.
func (f *gormFacts) knownType() *gormKnownType {
	if f.known != nil {
		return f.known
	}
	if f.decl == nil {
		return nil
	}
	if k, ok := gormKnown[unversioned(f.decl.file.pkg.path)+"."+f.decl.name]; ok {
		return &k
	}
	return nil
}

// zeroOf is the type that decides, of a known type.
func (f *gormFacts) zeroOf(k *gormKnownType) *gorm.Type {
	switch {
	case k.arg:
		return f.argument()
	case k.zero == reflect.Invalid:
		return nil
	case k.time:
		t := &gorm.Type{Kind: reflect.Struct, Name: "Time", Package: "time"}
		t.Facts = &gormFacts{g: f.g, t: t, time: true}
		return t
	case k.zero == bytesZero:
		return &gorm.Type{Kind: reflect.Slice, Elem: f.g.basicType("byte", reflect.Uint8)}
	}
	return f.g.basicType(k.zero.String(), k.zero)
}

// argument is the one type argument of a generic type.
func (f *gormFacts) argument() *gorm.Type {
	if f.arg != nil {
		return f.arg
	}
	for _, bound := range f.scope.args {
		return f.g.of(bound.expr, bound.scope)
	}
	return nil
}
