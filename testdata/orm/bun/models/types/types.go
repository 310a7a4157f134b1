// Package types has a field for each Go type that bun tells from others.
package types

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"math/big"
	"net"
	"net/netip"
	"net/url"
	"time"

	"github.com/shopspring/decimal"
	"github.com/uptrace/bun"
)

// All are the models in the order in which they are created.
func All() []any { return []any{(*Basic)(nil), (*Std)(nil), (*Shaped)(nil), (*Said)(nil)} }

// Basic has the predeclared types.
type Basic struct {
	ID      int64 `bun:",pk"`
	Bool    bool
	Int     int
	Int8    int8
	Int16   int16
	Int32   int32
	Int64   int64
	Uint    uint
	Uint8   uint8
	Uint16  uint16
	Uint32  uint32
	Uint64  uint64
	Uintptr uintptr
	Float32 float32
	Float64 float64
	String  string
	Bytes   []byte
	PBool   *bool
	PInt    *int
	PString *string
	PBytes  *[]byte
	Rune    rune
	Byte    byte
}

// Std has types of the standard library and of others.
type Std struct {
	ID         int64 `bun:",pk"`
	Time       time.Time
	PTime      *time.Time
	NullTime   sql.NullTime
	BunTime    bun.NullTime
	Duration   time.Duration
	Month      time.Month
	NullString sql.NullString
	NullBool   sql.NullBool
	NullInt64  sql.NullInt64
	NullInt32  sql.NullInt32
	NullInt16  sql.NullInt16
	NullByte   sql.NullByte
	NullFloat  sql.NullFloat64
	Null       sql.Null[string]
	Raw        json.RawMessage
	PRaw       *json.RawMessage
	Number     json.Number
	IP         net.IP
	IPAlt      net.IP `bun:",alt:ip_two"`
	IPNet      net.IPNet
	PIPNet     *net.IPNet
	Mac        net.HardwareAddr
	Addr       netip.Addr
	Prefix     netip.Prefix
	URL        url.URL
	Big        big.Int
	Decimal    decimal.Decimal
	RawBytes   sql.RawBytes
}

// Own types: bun does not ask for Value.
type (
	Color      string
	Level      int8
	Blob       []byte
	Tags       []string
	Point      struct{ X, Y int }
	When       time.Time
	Dict       map[string]string
	Custom     struct{ s string }
	Alias      = time.Time
	Box[T any] struct {
		V T
	}
)

func (c Custom) Value() (driver.Value, error) { return c.s, nil }

// Shaped has composed types and types of its own.
type Shaped struct {
	ID       int64 `bun:",pk"`
	Color    Color
	PColor   *Color
	Level    Level
	Blob     Blob
	Tags     Tags
	Strings  []string
	PStrings []*string
	Ints     []int
	Points   []Point
	Nested   [][]string
	Point    Point
	PPoint   *Point
	When     When
	Dict     Dict
	Map      map[string]any
	Custom   Custom
	Alias    Alias
	Anon     struct{ A int }
	Box      Box[int]
	Runes    []rune
	Uint8s   []uint8
}

// Said has types in the tag.
type Said struct {
	ID      int64    `bun:",pk,type:bigint"`
	A       string   `bun:"type:varchar(12)"`
	B       string   `bun:",type:text"`
	C       float64  `bun:",type:numeric(10,2)"`
	D       []string `bun:",type:text"`
	E       any      `bun:",type:text"`
	F       string   `bun:",type:VARCHAR"`
	G       string   `bun:",type:varchar"`
	H       int      `bun:",type:smallint,notnull,default:3"`
	I       any      `bun:",type:double precision"`
	J       int      `bun:",type:int,type:integer"`
	K       **string `bun:",type:text"`
	L       func()   `bun:"-"`
	M       chan int `bun:"-"`
	Charish string   `bun:",type:char(3)"`
	N       int      `bun:",type:varchar"`
}
