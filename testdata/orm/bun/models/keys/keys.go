// Package keys has primary keys and columns that count up.
package keys

// All are the models in the order in which they are created.
func All() []any {
	return []any{
		(*Big)(nil), (*Mid)(nil), (*Small)(nil), (*Unsigned)(nil), (*Pair)(nil), (*PairAuto)(nil), (*Text)(nil), (*None)(nil), (*Identity)(nil),
		(*Both)(nil), (*Typed)(nil), (*TypedUpper)(nil), (*Beside)(nil), (*Lower)(nil), (*NoAuto)(nil), (*NamedKey)(nil), (*PairUnique)(nil),
	}
}

type Big struct {
	ID int64 `bun:",pk,autoincrement"`
}

type Mid struct {
	ID int32 `bun:",pk,autoincrement"`
}

type Small struct {
	ID int16 `bun:",pk,autoincrement"`
}

type Unsigned struct {
	ID uint64 `bun:",pk,autoincrement"`
}

// Pair has its key in the order of the fields.
type Pair struct {
	B int `bun:",pk"`
	X int
	A string `bun:",pk"`
}

type PairAuto struct {
	A int64 `bun:",pk,autoincrement"`
	B int64 `bun:",pk"`
}

type Text struct {
	Key string `bun:",pk"`
}

// None has no key: a field named ID is none by itself.
type None struct {
	ID   int64
	Name string
}

type Identity struct {
	ID int64 `bun:",pk,identity"`
}

type Both struct {
	ID int64 `bun:",pk,autoincrement,identity"`
}

// Typed says its type in other letters than bun: it does not count up.
type Typed struct {
	ID int64 `bun:",pk,autoincrement,type:bigint"`
}

type TypedUpper struct {
	ID int64 `bun:",pk,autoincrement,type:BIGINT"`
}

// Beside counts up in a column that is no key.
type Beside struct {
	ID string `bun:",pk"`
	N  int64  `bun:",autoincrement"`
}

type Lower struct {
	ID int64 `bun:",pk,autoincrement,type:integer"`
}

type NoAuto struct {
	ID int64 `bun:",pk"`
}

// NamedKey gives its key the name of a constraint.
type NamedKey struct {
	ID int64 `bun:",pk,unique:key_of_named"`
}

type PairUnique struct {
	A int `bun:",pk,unique:pair_ab"`
	B int `bun:",pk,unique:pair_ab"`
}
