// Package keys has a model for each rule about primary keys.
package keys

import "gorm.io/gorm"

// All are the models in the order of AutoMigrate.
func All() []any {
	return []any{
		&Plain{}, &StringID{}, &Tagged{}, &Lone{}, &Lone16{}, &CompPK{}, &CompID{}, &NoAuto{}, &Multi{}, &NoKey{}, &IDColumn{},
		&UniqueKey{}, &Unsigned{}, &EmbeddedKey{}, &TypedKey{}, &Small{}, &FalseKey{}, &Serial{},
	}
}

type Plain struct {
	ID   uint
	Name string
}

type StringID struct {
	ID   string
	Name string
}

type Tagged struct {
	Code string `gorm:"primaryKey;size:20"`
	ID   int
}

type Lone struct {
	Code int32 `gorm:"primary_key"`
	Name string
}

type Lone16 struct {
	Code int16 `gorm:"primarykey"`
}

type CompPK struct {
	A int `gorm:"primaryKey"`
	B int `gorm:"primaryKey"`
	C string
}

type CompID struct {
	ID     int    `gorm:"primaryKey"`
	Tenant string `gorm:"primaryKey"`
}

type NoAuto struct {
	ID int `gorm:"primaryKey;autoIncrement:false"`
}

type Multi struct {
	X  string `gorm:"primaryKey"`
	ID uint
	Y  string `gorm:"primaryKey"`
}

type NoKey struct {
	A, B string
}

type IDColumn struct {
	Key int64 `gorm:"column:id"`
	V   string
}

type UniqueKey struct {
	ID string `gorm:"primaryKey;unique"`
	V  string `gorm:"unique;size:40"`
}

type Unsigned struct {
	ID uint32
	A  uint8
}

type Addr struct {
	ID   int
	Line string
}

type EmbeddedKey struct {
	gorm.Model
	Addr Addr `gorm:"embedded;embeddedPrefix:addr_"`
}

type TypedKey struct {
	ID int `gorm:"type:bigint;primaryKey"`
	V  string
}

type Small struct {
	ID int8
	U  uint16
}

type FalseKey struct {
	ID  int `gorm:"primaryKey:false"`
	Key string
}

// Serial: autoIncrement on what is no key makes a sequence all the same.
type Serial struct {
	Key string `gorm:"primaryKey"`
	N   int
}
