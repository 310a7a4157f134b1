package modelscan

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/gen-migrate/gen/dialect"
)

// A gotype is what the reader of columns must know about a Go type.
type gotype struct {
	expr  ast.Expr // as written
	kind  dialect.GoKind
	form  form
	pg    string // PostgreSQL's type, where the kind alone does not say it
	null  bool   // can hold NULL: pointers, sql.Null…
	elem  *gotype
	chain []*typeDecl // declared types it goes through, outermost first

	structure *structType // of form structForm
	trouble   string      // why the type is not known; a sentence
	known     bool        // from the table of known types
}

// String is the type as written: "sql.NullString", "[]Post".
func (t gotype) String() string { return types.ExprString(t.expr) }

// A form says what a type is built of, beyond its kind.
type form int

const (
	basicForm form = iota
	sliceForm      // of elem
	arrayForm      // [n]T
	mapForm
	structForm
	interfaceForm
	funcForm
	chanForm
	unknownForm
)

func (f form) String() string {
	return [...]string{"basic", "slice", "array", "map", "struct", "interface", "func", "channel", "unknown"}[f]
}

var universe = map[string]dialect.GoKind{
	"bool":   dialect.GoBool,
	"string": dialect.GoString,
	"int":    dialect.GoInt64, "int8": dialect.GoInt8, "int16": dialect.GoInt16, "int32": dialect.GoInt32, "int64": dialect.GoInt64,
	"uint": dialect.GoUint64, "uint8": dialect.GoUint8, "uint16": dialect.GoUint16, "uint32": dialect.GoUint32, "uint64": dialect.GoUint64,
	"byte": dialect.GoUint8, "rune": dialect.GoInt32,
	"float32": dialect.GoFloat32, "float64": dialect.GoFloat64,
}

// A knownType is a type whose methods decide how it is stored, so that its
// structure says nothing.
type knownType struct {
	kind  dialect.GoKind
	pg    string // PostgreSQL's type where kind has none
	null  bool
	array bool // an array of kind
	arg   bool // generic: what its first argument is
}

// knownTypes are keyed by import path without version elements and name.
var knownTypes = map[string]knownType{
	"time.Time":                          {kind: dialect.GoTime},
	"time.Duration":                      {kind: dialect.GoDuration},
	"encoding/json.RawMessage":           {kind: dialect.GoJSON},
	"encoding/json.Number":               {kind: dialect.GoDecimal},
	"math/big.Int":                       {kind: dialect.GoDecimal},
	"net/netip.Addr":                     {pg: "inet"},
	"net/netip.Prefix":                   {pg: "cidr"},
	"net.IP":                             {pg: "inet"},
	"net.IPNet":                          {pg: "cidr"},
	"net.HardwareAddr":                   {pg: "macaddr"},
	"database/sql.NullBool":              {kind: dialect.GoBool, null: true},
	"database/sql.NullByte":              {kind: dialect.GoUint8, null: true},
	"database/sql.NullInt16":             {kind: dialect.GoInt16, null: true},
	"database/sql.NullInt32":             {kind: dialect.GoInt32, null: true},
	"database/sql.NullInt64":             {kind: dialect.GoInt64, null: true},
	"database/sql.NullFloat64":           {kind: dialect.GoFloat64, null: true},
	"database/sql.NullString":            {kind: dialect.GoString, null: true},
	"database/sql.NullTime":              {kind: dialect.GoTime, null: true},
	"database/sql.Null":                  {arg: true, null: true},
	"database/sql.RawBytes":              {kind: dialect.GoBytes},
	"cloud.google.com/go/civil.Date":     {kind: dialect.GoDate},
	"cloud.google.com/go/civil.Time":     {kind: dialect.GoClock},
	"cloud.google.com/go/civil.DateTime": {kind: dialect.GoTimestamp},

	"github.com/google/uuid.UUID":        {kind: dialect.GoUUID},
	"github.com/google/uuid.NullUUID":    {kind: dialect.GoUUID, null: true},
	"github.com/gofrs/uuid.UUID":         {kind: dialect.GoUUID},
	"github.com/gofrs/uuid.NullUUID":     {kind: dialect.GoUUID, null: true},
	"github.com/satori/go.uuid.UUID":     {kind: dialect.GoUUID},
	"github.com/satori/go.uuid.NullUUID": {kind: dialect.GoUUID, null: true},
	"github.com/hashicorp/go-uuid.UUID":  {kind: dialect.GoUUID},

	"github.com/shopspring/decimal.Decimal":     {kind: dialect.GoDecimal},
	"github.com/shopspring/decimal.NullDecimal": {kind: dialect.GoDecimal, null: true},
	"github.com/cockroachdb/apd.Decimal":        {kind: dialect.GoDecimal},
	"github.com/cockroachdb/apd.NullDecimal":    {kind: dialect.GoDecimal, null: true},
	"github.com/ericlagergren/decimal.Big":      {kind: dialect.GoDecimal},
	"github.com/govalues/decimal.Decimal":       {kind: dialect.GoDecimal},
	"github.com/govalues/decimal.NullDecimal":   {kind: dialect.GoDecimal, null: true},

	"github.com/lib/pq.StringArray":  {kind: dialect.GoString, array: true},
	"github.com/lib/pq.BoolArray":    {kind: dialect.GoBool, array: true},
	"github.com/lib/pq.Int32Array":   {kind: dialect.GoInt32, array: true},
	"github.com/lib/pq.Int64Array":   {kind: dialect.GoInt64, array: true},
	"github.com/lib/pq.Float32Array": {kind: dialect.GoFloat32, array: true},
	"github.com/lib/pq.Float64Array": {kind: dialect.GoFloat64, array: true},
	"github.com/lib/pq.ByteaArray":   {kind: dialect.GoBytes, array: true},
	"github.com/lib/pq.NullTime":     {kind: dialect.GoTime, null: true},
}

// nullPackages have one type per kind, all of them able to hold NULL.
var nullPackages = []string{
	"github.com/guregu/null", "github.com/guregu/null/zero",
	"gopkg.in/guregu/null", "gopkg.in/guregu/null/zero",
	"github.com/volatiletech/null", "github.com/aarondl/null",
}

var nullTypes = map[string]knownType{
	"Bool": {kind: dialect.GoBool}, "Byte": {kind: dialect.GoUint8}, "Bytes": {kind: dialect.GoBytes},
	"Float": {kind: dialect.GoFloat64}, "Float32": {kind: dialect.GoFloat32}, "Float64": {kind: dialect.GoFloat64},
	"Int": {kind: dialect.GoInt64}, "Int8": {kind: dialect.GoInt8}, "Int16": {kind: dialect.GoInt16}, "Int32": {kind: dialect.GoInt32}, "Int64": {kind: dialect.GoInt64},
	"Uint": {kind: dialect.GoUint64}, "Uint8": {kind: dialect.GoUint8}, "Uint16": {kind: dialect.GoUint16}, "Uint32": {kind: dialect.GoUint32}, "Uint64": {kind: dialect.GoUint64},
	"String": {kind: dialect.GoString}, "Time": {kind: dialect.GoTime}, "JSON": {kind: dialect.GoJSON}, "Value": {arg: true},
}

// pgtypePackages are those of pgx and of its predecessor. All their types can
// hold NULL.
var pgtypePackages = []string{"github.com/jackc/pgx/pgtype", "github.com/jackc/pgtype"}

var pgtypeTypes = map[string]knownType{
	"Bool": {kind: dialect.GoBool}, "Text": {kind: dialect.GoString}, "Bytea": {kind: dialect.GoBytes},
	"Int2": {kind: dialect.GoInt16}, "Int4": {kind: dialect.GoInt32}, "Int8": {kind: dialect.GoInt64},
	"Float4": {kind: dialect.GoFloat32}, "Float8": {kind: dialect.GoFloat64}, "Numeric": {kind: dialect.GoDecimal},
	"Date": {kind: dialect.GoDate}, "Time": {kind: dialect.GoClock}, "Timestamp": {kind: dialect.GoTimestamp}, "Timestamptz": {kind: dialect.GoTime},
	"UUID": {kind: dialect.GoUUID}, "Interval": {pg: "interval"}, "Inet": {pg: "inet"}, "CIDR": {pg: "cidr"}, "Macaddr": {pg: "macaddr"},
	"JSON": {pg: "json"}, "JSONB": {pg: "jsonb"}, "Varchar": {pg: "character varying"}, "BPChar": {pg: "bpchar"}, "Name": {pg: "name"},
	"Bit": {pg: "bit(1)"}, "Bits": {pg: "bit varying"}, "Varbit": {pg: "bit varying"}, "OID": {pg: "oid"}, "OIDValue": {pg: "oid"}, "Uint32": {pg: "oid"},
	"Point": {pg: "point"}, "Line": {pg: "line"}, "Lseg": {pg: "lseg"}, "Box": {pg: "box"}, "Path": {pg: "path"}, "Polygon": {pg: "polygon"}, "Circle": {pg: "circle"},
	"TID": {pg: "tid"}, "XID": {pg: "xid"}, "CID": {pg: "cid"}, "QChar": {pg: `"char"`}, "TSVector": {pg: "tsvector"},
	"Int4range": {pg: "int4range"}, "Int8range": {pg: "int8range"}, "Numrange": {pg: "numrange"}, "Daterange": {pg: "daterange"}, "Tsrange": {pg: "tsrange"}, "Tstzrange": {pg: "tstzrange"},
	"TextArray": {kind: dialect.GoString, array: true}, "VarcharArray": {kind: dialect.GoString, array: true}, "BoolArray": {kind: dialect.GoBool, array: true},
	"Int2Array": {kind: dialect.GoInt16, array: true}, "Int4Array": {kind: dialect.GoInt32, array: true}, "Int8Array": {kind: dialect.GoInt64, array: true},
	"Float4Array": {kind: dialect.GoFloat32, array: true}, "Float8Array": {kind: dialect.GoFloat64, array: true}, "NumericArray": {kind: dialect.GoDecimal, array: true},
	"UUIDArray": {kind: dialect.GoUUID, array: true}, "DateArray": {kind: dialect.GoDate, array: true}, "TimestamptzArray": {kind: dialect.GoTime, array: true}, "TimestampArray": {kind: dialect.GoTimestamp, array: true}, "ByteaArray": {kind: dialect.GoBytes, array: true},
}

// known looks a type up by import path and name.
func known(importPath, name string) (knownType, bool) {
	p := unversioned(importPath)
	if k, ok := knownTypes[p+"."+name]; ok {
		return k, true
	}
	for _, np := range nullPackages {
		if p == np {
			k, ok := nullTypes[name]
			k.null = true
			return k, ok
		}
	}
	for _, pp := range pgtypePackages {
		if p == pp {
			k, ok := pgtypeTypes[name]
			k.null = true
			return k, ok
		}
	}
	return knownType{}, false
}

// unversioned drops the elements /v2, /v3, … and the .v4 of gopkg.in.
func unversioned(importPath string) string {
	if !strings.Contains(importPath, "v") {
		return importPath
	}
	parts := strings.Split(importPath, "/")
	out := parts[:0]
	for i, p := range parts {
		if i > 0 && isVersion(p) {
			continue
		}
		if j := strings.LastIndex(p, ".v"); j > 0 && isVersion(p[j+1:]) {
			p = p[:j]
		}
		out = append(out, p)
	}
	return strings.Join(out, "/")
}

func isVersion(s string) bool {
	if len(s) < 2 || s[0] != 'v' {
		return false
	}
	return strings.Trim(s[1:], "0123456789") == ""
}
