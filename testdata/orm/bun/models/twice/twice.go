// Package twice has columns that several fields want: releases differ.
package twice

// All are the models in the order in which they are created.
func All() []any {
	return []any{(*Outer)(nil), (*Tagged)(nil), (*Ambiguous)(nil), (*List)(nil), (*Rekeyed)(nil)}
}

type Base struct {
	ID   int64  `bun:",pk"`
	Name string `bun:",notnull"`
	Note string
}

// Outer has a column that the embedded struct has as well.
type Outer struct {
	Base
	X    int
	Name string `bun:",type:text"`
}

type Other struct {
	Note string `bun:",notnull"`
	More int
}

// Tagged has two notes, one of which says something.
type Tagged struct {
	Base
	Other
}

type Third struct {
	Note string `bun:",unique"`
}

// Ambiguous has three.
type Ambiguous struct {
	Base
	Other
	Third
}

type Numbers []int

// List embeds what is no struct.
type List struct {
	ID int64 `bun:",pk"`
	Numbers
}

// Rekeyed has another key than what it embeds.
type Rekeyed struct {
	Base
	ID string `bun:",type:text,notnull"`
	No int    `bun:",pk"`
}
