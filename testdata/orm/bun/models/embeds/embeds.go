// Package embeds has structs in structs.
package embeds

import (
	"time"

	"github.com/uptrace/bun"
)

// All are the models in the order in which they are created.
func All() []any {
	return []any{
		(*Plain)(nil), (*Prefixed)(nil), (*Deep)(nil), (*Pointers)(nil), (*Hidden)(nil), (*base3)(nil), (*Extended)(nil), (*NamedBase)(nil), (*Middle)(nil),
	}
}

type Base struct {
	ID        int64     `bun:",pk,autoincrement"`
	CreatedAt time.Time `bun:",nullzero,notnull,default:current_timestamp"`
}

type stamps struct {
	UpdatedAt time.Time
	DeletedAt time.Time `bun:",soft_delete,nullzero"`
}

// Plain has embedded structs before and behind its own fields.
type Plain struct {
	bun.BaseModel `bun:"table:plain"`
	Base
	Name string
	stamps
	Last int
}

type Address struct {
	City   string `bun:",unique:city"`
	Street string `bun:",notnull"`
	Zip    string `bun:"postcode,unique"`
}

// Prefixed takes a struct apart twice.
type Prefixed struct {
	ID   int64   `bun:",pk"`
	Home Address `bun:"embed:home_"`
	Mid  int
	Work *Address `bun:"embed:work_"`
	Last int
}

type Place struct {
	Street string `bun:",unique:place"`
	No     int    `bun:",unique:place"`
	Zip    string `bun:"postcode,unique"`
}

type Inner struct {
	Addr Place `bun:"embed:in_"`
	N    int
}

// Deep has a prefix in a prefix.
type Deep struct {
	ID    int64 `bun:",pk"`
	Outer Inner `bun:"embed:out_"`
	Last  int
}

// Pointers embeds a pointer.
type Pointers struct {
	*Base
	Name string
}

// Hidden has a field that an embedded struct has as well, and columns that two
// embedded structs have.
type Hidden struct {
	Base
	Left
	Right
	Own string
}

type Left struct {
	Same  string
	LOnly string
	Own   string
}

type Right struct {
	ROnly string
}

type base3 struct {
	bun.BaseModel `bun:"table:extended"`

	ID   int64 `bun:",pk"`
	Name string
}

// Look looks at the same table: nobody creates it again.
type Look struct {
	base3 `bun:",extend"`

	Count int `bun:",scanonly"`
}

// Extended takes the table's name of what it embeds.
type Extended struct {
	Named `bun:",extend"`
	More  string
}

type Named struct {
	bun.BaseModel `bun:"table:of_named"`

	ID int64 `bun:",pk"`
}

// NamedBase has a table of its own although what it embeds has one.
type NamedBase struct {
	Named
	X int
}

// Middle embeds what embeds.
type Middle struct {
	First int
	Outer2
	Last int
}

type Outer2 struct {
	Base
	A string `bun:",unique"`
}
