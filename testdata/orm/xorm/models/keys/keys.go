// Package keys has a model for each rule about primary keys.
package keys

// All are the models in the order of Sync.
func All() []any {
	return []any{
		new(ById), new(ByID), new(ByIdLower), new(IntId), new(TaggedId), new(Code), new(Counted), new(Composite), new(CompositeCounted),
		new(NoKey), new(NotKeyCounted), new(BigCounted), new(Unsigned), new(NamedId), new(Small), new(Twice), new(Ref), new(Short),
	}
}

type (
	// ById: an int64 named like id, without a tag, is the key and counts.
	ById struct{ Id int64 }
	// ByID is the same.
	ByID struct{ ID int64 }
	// ByIdLower: any case will do.
	ByIdLower struct{ ID int64 }
	// IntId has a key of another type: none.
	IntId struct {
		Id   int
		Name string
	}
	// TaggedId: any tag takes the rule away.
	TaggedId struct {
		Id   int64 `xorm:"notnull"`
		Name string
	}
	// Code is a key of text.
	Code struct {
		Code string `xorm:"pk varchar(30)"`
		N    int
	}
	// Counted is an int that counts.
	Counted struct {
		N int `xorm:"pk autoincr"`
	}
	// Composite is a key of two columns, in the order of the fields.
	Composite struct {
		B string `xorm:"pk varchar(20)"`
		A int64  `xorm:"pk"`
		C string
	}
	// CompositeCounted counts in one of them.
	CompositeCounted struct {
		Id   int64 `xorm:"pk autoincr"`
		Part int   `xorm:"pk"`
	}
	// NoKey has none.
	NoKey struct {
		A string
		B int `xorm:"index"`
	}
	// NotKeyCounted counts where there is no key.
	NotKeyCounted struct {
		Id string `xorm:"pk"`
		N  int    `xorm:"autoincr"`
		S  string `xorm:"varchar(5)"`
	}
	// BigCounted are words for types that count.
	BigCounted struct {
		N int64 `xorm:"bigint pk autoincr"`
		S int   `xorm:"int unique"`
	}
	// Unsigned keys.
	Unsigned struct {
		Id uint `xorm:"pk autoincr"`
	}
	number int64
	// NamedId: a named type of that kind will do.
	NamedId struct{ Id number }
	// Small integers count as any other.
	Small struct {
		Id int16 `xorm:"smallint pk autoincr"`
	}
	// Twice has a key and an index on it.
	Twice struct {
		Id   int64  `xorm:"pk autoincr unique"`
		Name string `xorm:"pk index"`
	}
	// Ref has a struct that was synced before: the column has its key's type.
	Ref struct {
		Id    int64
		Code  *Code
		Other ById
		Tag   Code `xorm:"index"`
		Later Short
		None  *NoKey
	}
	// Short is synced after Ref.
	Short struct {
		Id int16 `xorm:"pk"`
	}
)

// TableName of ByIdLower: both would be by_i_d.
func (*ByIdLower) TableName() string { return "by_lower" }

// TableName of ByID likewise, by value.
func (ByID) TableName() string { return table + "_upper" }

const table = "by"
