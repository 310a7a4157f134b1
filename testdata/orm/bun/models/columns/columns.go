// Package columns has a field for each rule of bun's tags and names.
package columns

import (
	"time"

	"github.com/uptrace/bun"
)

// All are the models in the order in which they are created.
func All() []any {
	return []any{
		(*Plain)(nil), (*Named)(nil), (*Options)(nil), (*Uniques)(nil), (*Defaults)(nil), (*First)(nil), (*Person)(nil), (*Meta)(nil),
		(*SalesPerson)(nil), (*HTTPServer)(nil), (*unexported)(nil), (*Twice)(nil), (*NoBase)(nil), (*Status)(nil), (*Quoted)(nil),
	}
}

// Plain has no tags but the key.
type Plain struct {
	bun.BaseModel

	ID             int64 `bun:",pk"`
	UserID         int64
	XMLHTTPRequest string
	HTTPSPort      int
	OAuthID        string
	IDs            string
	TmP            string
	PlanB          string
	UserID2        int
	Ab_Cd          int
	hidden         int
	Äpfel          int
	CreatedAt      time.Time
}

func (p Plain) use() int { return p.hidden }

// Named names its columns in every way.
type Named struct {
	bun.BaseModel `bun:"table:named_things,alias:n,select:named_view"`

	ID      int64  `bun:"the_id,pk"`
	A       string `bun:"a a"`
	B       string `bun:"column:bee"`
	C       string `bun:"sea,column:see"`
	D       string `bun:"d"`
	Notnull string `bun:"notnull"`
	Upper   string `bun:"UPPER"`
	Quote   string `bun:"\"quo,ted\""`
	Alt     string `bun:",alt:other"`
	Skipped string `bun:"-"`
}

// Options has the options without and with effect.
type Options struct {
	ID         int64     `bun:",pk,autoincrement"`
	NullZero   string    `bun:",nullzero"`
	NotNull    string    `bun:",notnull"`
	Both       string    `bun:",nullzero,notnull"`
	Scan       string    `bun:",scanonly"`
	SkipUpdate string    `bun:",skipupdate"`
	SoftDelete time.Time `bun:",soft_delete,nullzero"`
	Number     any       `bun:"type:text,json_use_number"`
	Packed     []string  `bun:",msgpack"`
	PackedB    []byte    `bun:",msgpack"`
	Unknown    string    `bun:",no_such_option,other:x"`
	Value      string    `bun:",notnull:false"`
	Pointer    *string   `bun:",notnull"`
	Upper      string    `bun:",NOTNULL"`
}

// Uniques has unique constraints.
type Uniques struct {
	ID    int64  `bun:",pk,unique"`
	A     string `bun:",unique"`
	B     string `bun:",unique:bc"`
	C     string `bun:",unique:bc"`
	D     string `bun:",unique:\"one,two\""`
	E     string `bun:",unique:one,unique:three"`
	F     string `bun:",unique,unique:three"`
	G     string `bun:",unique,unique:alone"`
	H     string `bun:",unique:z,unique:y"`
	Quote string `bun:",unique:Odd Name"`
}

// Defaults has defaults of all kinds, as bun passes them on.
type Defaults struct {
	ID    int64     `bun:",pk"`
	N     int       `bun:",default:7"`
	Neg   int       `bun:",default:-1"`
	S     string    `bun:",default:'x'"`
	Q     string    `bun:",default:'it''s'"`
	Comma string    `bun:",default:\"'a,b'\""`
	B     bool      `bun:",default:true"`
	T     time.Time `bun:",nullzero,notnull,default:current_timestamp"`
	F     string    `bun:",default:(lower('A'))"`
	Two   int       `bun:",default:1,default:2"`
	Null  string    `bun:",default:null"`
	None  string    `bun:"default:"`
	Paren string    `bun:",type:varchar(12),default:('a' || 'b')"`
}

// First names its table as the first part of the tag.
type First struct {
	bun.BaseModel `bun:"first_part"`

	ID int64 `bun:",pk"`
}

// Person, Meta and the like have unusual plurals.
type Person struct {
	ID int64 `bun:",pk"`
}

type Meta struct {
	ID int64 `bun:",pk"`
}

type SalesPerson struct {
	ID int64 `bun:",pk"`
}

type HTTPServer struct {
	ID int64 `bun:",pk"`
}

type Status struct {
	ID int64 `bun:",pk"`
}

type unexported struct {
	ID int64 `bun:",pk"`
}

// Twice names its table twice: the option wins.
type Twice struct {
	bun.BaseModel `bun:"loser,table:winner"`

	ID int64 `bun:",pk"`
}

// NoBase has a method that bun does not ask.
type NoBase struct {
	Key string `bun:",pk"`
}

func (NoBase) TableName() string { return "never" }

// Quoted has a table with quotes and spaces.
type Quoted struct {
	bun.BaseModel `bun:"table:Odd Table"`

	ID    int64  `bun:",pk"`
	Order string `bun:",unique"`
	Group string `bun:"group"`
}
