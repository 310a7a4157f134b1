// Package extends has a model for each way to take over a struct's columns.
package extends

import (
	"time"

	"xorm.io/xorm/schemas"
)

// All are the models in the order of Sync.
func All() []any {
	return []any{new(Simple), new(Pointer), new(Prefixed), new(PrefixedPointer), new(Named), new(Untagged), new(Nested), new(WithMethod), new(Ignored)}
}

// Base has a key, an index and a column of each kind.
type Base struct {
	Id      int64
	Created time.Time `xorm:"created notnull index"`
	By      string    `xorm:"varchar(20) unique(by_at) notnull default 'x'"`
	At      int       `xorm:"unique(by_at)"`
}

// Simple takes them over as they are.
type Simple struct {
	Base `xorm:"extends"`
	Name string
}

// Pointer does so behind a pointer.
type Pointer struct {
	*Base `xorm:"extends"`
	Name  string
}

// Part is what gets a prefix.
type Part struct {
	Id     int64
	Street string `xorm:"notnull index(street)"`
	Zip    *string
	N      int `xorm:"autoincr"`
}

// Prefixed columns are NOT NULL whatever their tags say; the key is named
// after the field.
type Prefixed struct {
	Id   int64
	Home Part `xorm:"extends('home_')"`
}

// PrefixedPointer columns may be null.
type PrefixedPointer struct {
	Id   int64
	Work *Part `xorm:"extends('work_')"`
}

// Named takes over a field with a name.
type Named struct {
	Key  int64 `xorm:"pk autoincr"`
	More Rest  `xorm:"extends"`
	Last int
}

// Rest has no key.
type Rest struct {
	A string
	B int `xorm:"index"`
}

// Untagged: an embedded struct without extends is a column of text.
type Untagged struct {
	Rest
	*Part
	Id int64
}

// Deep is two levels down.
type Deep struct {
	Rest `xorm:"extends"`
	C    string
}

// Nested goes down.
type Nested struct {
	Id   int64
	Deep `xorm:"extends('d_')"`
}

// Indexed has indexes in code.
type Indexed struct {
	A string
	B string `xorm:"index"`
}

// TableIndices is promoted to what embeds the struct.
func (Indexed) TableIndices() []*schemas.Index {
	ab := schemas.NewIndex("ab", schemas.IndexType)
	ab.AddColumn("b", "a")
	return []*schemas.Index{ab}
}

// TableName too.
func (Indexed) TableName() string { return "indexed_base" }

// WithMethod gets both.
type WithMethod struct {
	Id      int64
	Indexed `xorm:"extends"`
}

// Ignored: what is no struct is passed over.
type Ignored struct {
	Id   int64
	S    []string `xorm:"extends"`
	Rest `xorm:"-"`
	rest Rest `xorm:"extends"`
}

var _ = Ignored{}.rest
