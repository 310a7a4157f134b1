// Package types has a field for each kind of type that is declared somewhere.
package types

import (
	"database/sql"
	"encoding/json"
	"math/big"
	"net"
	"net/netip"
	"time"

	"github.com/google/uuid"
	"github.com/guregu/null/v5"
	"github.com/shopspring/decimal"
)

// All are the models in the order of Sync.
func All() []any { return []any{new(Nulls), new(Named), new(Others), new(Converted), new(Aliases)} }

// Nulls: xorm knows five of them.
type Nulls struct {
	Id   int64
	S    sql.NullString
	SP   *sql.NullString
	I64  sql.NullInt64
	I32  sql.NullInt32
	I16  sql.NullInt16
	By   sql.NullByte
	F    sql.NullFloat64
	B    sql.NullBool
	T    sql.NullTime
	G    sql.Null[string]
	Like struct {
		String string
		Valid  bool
	}
	Mine  mine
	Guru  null.String
	GuruT null.Time
}

type mine sql.NullInt64

type (
	named       string
	number      int16
	moment      time.Time
	blob        []byte
	bite        byte
	status      uint8
	list        []named
	box[T any]  struct{ V T }
	pair[T any] []T
)

// Named types are what they are made of.
type Named struct {
	Id     int64
	S      named
	N      number
	At     moment
	AtP    *moment
	Blob   blob
	Bites  []bite
	Status status
	List   list
	Box    box[int]
	Bytes  pair[byte]
	Strs   pair[string]
	Month  time.Month
}

// Others come from elsewhere; what their Value returns is not asked.
type Others struct {
	Id      int64
	UUID    uuid.UUID
	UUIDP   *uuid.UUID
	NullU   uuid.NullUUID
	Dec     decimal.Decimal
	DecTag  decimal.Decimal `xorm:"decimal(20,4) notnull"`
	Raw     json.RawMessage
	RawTag  json.RawMessage `xorm:"json"`
	IP      net.IP
	Addr    netip.Addr
	Big     *big.Int
	Loc     *time.Location `xorm:"-"`
	Strings []string       `xorm:"json"`
}

// ByValue converts by methods of the value.
type ByValue int

// FromDB needs the pointer to do anything, and need not.
func (ByValue) FromDB([]byte) error { return nil }

// ToDB is of the value.
func (ByValue) ToDB() ([]byte, error) { return nil, nil }

// ByPointer converts by methods of the pointer.
type ByPointer int64

// FromDB is of the pointer.
func (*ByPointer) FromDB([]byte) error { return nil }

// ToDB is of the value.
func (ByPointer) ToDB() ([]byte, error) { return nil, nil }

// Half has one of them.
type Half int

// FromDB alone is nothing.
func (*Half) FromDB([]byte) error { return nil }

// Inner promotes.
type Inner struct{ ByPointer }

// Converted: without a tag a type that converts is text.
type Converted struct {
	Id   int64
	V    ByValue
	VP   *ByValue
	P    ByPointer
	PP   *ByPointer
	H    Half
	In   Inner
	VTag ByValue   `xorm:"notnull"`
	PTag ByPointer `xorm:"index"`
	Time moment2
}

type moment2 struct{ time.Time }

type (
	alias   = string
	number2 = number
)

// Aliases are what they stand for.
type Aliases struct {
	Id int64
	A  alias
	N  number2
	B  *alias
}
