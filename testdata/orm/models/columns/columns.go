// Package columns has a field for each rule about columns and their types.
package columns

import (
	"database/sql/driver"
	"time"

	"gorm.io/gorm"
)

// All are the models in the order of AutoMigrate.
func All() []any {
	return []any{
		&Kinds{}, &Sizes{}, &Defaults{}, &Texts{}, &Permissions{}, &Embeds{}, &Shadow{}, &Leak{}, &Names{}, Comments{}, &gormModel{}, &Prefixed{}, &Serialized{},
	}
}

// Kinds: the type follows from the kind; pointers change nothing.
type Kinds struct {
	ID   uint
	B    bool
	BP   *bool
	I    int
	I8   int8
	I16  int16
	I32  int32
	I64  int64
	U    uint
	U8   uint8
	U16  uint16
	U32  uint32
	U64  uint64
	F32  float32
	F64  float64
	S    string
	SP   *string
	SPP  **string
	T    time.Time
	TP   *time.Time
	D    time.Duration
	Raw  []byte
	Arr  [16]byte
	Rune rune
	N    int  `gorm:"not null"`
	NN   *int `gorm:"NOTNULL"`
	NF   int  `gorm:"not null:false"`
}

type (
	named  string
	number int16
	moment time.Time
	blob   []byte
)

// Sizes: size, precision, scale and general types in tags.
type Sizes struct {
	ID       int64
	S255     string    `gorm:"size:255"`
	SBad     string    `gorm:"size:abc"`
	I8       int64     `gorm:"size:8"`
	I24      int       `gorm:"size:24"`
	I32      int       `gorm:"size:32"`
	U8       uint      `gorm:"size:8"`
	U16      uint      `gorm:"size:16"`
	FP       float64   `gorm:"precision:10"`
	FPS      float64   `gorm:"precision:10;scale:2"`
	FS       float64   `gorm:"scale:2"`
	Bytes    []byte    `gorm:"size:100"`
	AsString int       `gorm:"type:string"`
	AsBytes  string    `gorm:"type:bytes"`
	AsBool   int       `gorm:"type:BOOL"`
	AsTime   int64     `gorm:"type:time"`
	AsFloat  string    `gorm:"type:float"`
	AsInt    string    `gorm:"type:int"`
	AsUint   string    `gorm:"type:uint;size:32"`
	Varchar  string    `gorm:"type:varchar(100);not null"`
	Numeric  float64   `gorm:"type:numeric(12,2)"`
	Char     string    `gorm:"type:char(2)"`
	Double   float64   `gorm:"type:double precision"`
	Inline   string    `gorm:"type:varchar(20) not null default 'x'"`
	Date     time.Time `gorm:"type:date"`
	Named    named
	Number   number
	Moment   moment
	Blob     blob
}

// Defaults are read by the kind and printed again.
type Defaults struct {
	ID      int
	Hex     int       `gorm:"default:0x10"`
	Octal   int       `gorm:"default:010"`
	Neg     int       `gorm:"default:-7"`
	Float   float64   `gorm:"default:1.50"`
	Exp     float64   `gorm:"default:1e3"`
	True    bool      `gorm:"default:t"`
	False   bool      `gorm:"default:FALSE"`
	One     bool      `gorm:"default:1"`
	Word    string    `gorm:"default:hello"`
	Quoted  string    `gorm:"default:'quoted'"`
	Double  string    `gorm:"default:\"double\""`
	Spaces  string    `gorm:"default:  two words  "`
	Semi    string    `gorm:"default:a\\;b"`
	Colon   string    `gorm:"default:a:b"`
	Parens  string    `gorm:"default:('a' || 'b')"`
	Empty   string    `gorm:"default:"`
	EmptyQ  string    `gorm:"default:''"`
	Null    string    `gorm:"default:NULL"`
	Nothing string    `gorm:"default:(-)"`
	Now     time.Time `gorm:"default:CURRENT_TIMESTAMP"`
	Date    time.Time `gorm:"default:2020-01-02 03:04:05"`
	Day     time.Time `gorm:"default:2020-1-2"`
	U       uint      `gorm:"default:42"`
	Number  number    `gorm:"default:5;not null"`
	Last    string    `gorm:"default:first;default:last"`
}

// Texts: keys in any case, with spaces, unknown ones.
type Texts struct {
	ID        int
	Upper     string `gorm:"SIZE:10;NOT NULL"`
	Spaced    string `gorm:" size:11 ; not null "`
	Unknown   string `gorm:"unique_index;AUTO_INCREMENT;foo:bar"`
	Column    string `gorm:"column:other_name"`
	Quoted    string `gorm:"column:Weird Name"`
	Reserved  string `gorm:"column:order"`
	Uniq      string `gorm:"unique"`
	UniqF     string `gorm:"unique:false"`
	UniqT     string `gorm:"unique:abc"`
	Check     int    `gorm:"check:check_x > 0;column:check_x"`
	CheckName int    `gorm:"check:my_check,check_name > 1"`
	CheckIn   string `gorm:"check:check_in IN ('a', 'b')"`
	CheckAnon int    `gorm:"check:,check_anon > 2"`
}

// Permissions: what is no column.
type Permissions struct {
	ID        int
	Skip      string `gorm:"-"`
	SkipAll   string `gorm:"-:all"`
	SkipMig   string `gorm:"-:migration"`
	ReadOnly  string `gorm:"->"`
	NoRead    string `gorm:"->:false;<-:create"`
	WriteOnce string `gorm:"<-:create"`
	NoWrite   string `gorm:"<-:false"`
	None      string `gorm:"->:false;<-:false"`
	hidden    string
	Func      func()            `gorm:"-"`
	Map       map[string]string `gorm:"-"`
}

type Address struct {
	Street string `gorm:"size:100;index"`
	City   string `gorm:"column:town"`
	ID     int
}

type base struct{ Lost string }

type Base struct {
	Kept string `gorm:"not null;comment:from base"`
}

// Embeds: anonymous and named embedding, prefixes, pointers, depth.
type Embeds struct {
	gorm.Model
	Base
	base
	Home    Address  `gorm:"embedded;embeddedPrefix:home_"`
	Work    *Address `gorm:"embedded;embeddedPrefix:work_"`
	Outer   Outer    `gorm:"embedded;embeddedPrefix:out_"`
	Stray   Address  `gorm:"embedded;embeddedPrefix:stray_;comment:spreads;size:7;not null"`
	Comment string   `gorm:"comment:a comment"`
}

type Outer struct {
	Inner Inner `gorm:"embedded;embeddedPrefix:in_"`
	X     int
}

type Inner struct {
	Y int `gorm:"default:3"`
}

type Low struct {
	Name string `gorm:"size:10"`
	Only string
}

// Shadow: of two fields with one column the shallower one counts.
type Shadow struct {
	ID int
	Low
	Name  string `gorm:"size:20"`
	First string `gorm:"column:twice;size:1"`
	Twice string `gorm:"size:2"`
}

// TaggedVal: tags of the first struct leak into the field.
type TaggedVal struct {
	V string `gorm:"size:33;not null"`
}

func (TaggedVal) Value() (driver.Value, error) { return nil, nil }

type Leak struct {
	ID int
	T  TaggedVal
}

// Names: the naming strategy's surprises.
type Names struct {
	ID           int
	HTTPSPort    int
	OIDCClient   string
	OAuthToken   string
	IPv4         string
	IDs          string
	Name_X       string
	EC2ID        string
	MD5Hash      string
	X509Cert     string
	CreatedAtUTC time.Time
	FooID1       int
	PostgreSQL   string
	XSSFilter    string
	S3Key        string
	APIKeys      string
	VMID         int
	Größe        int
	A            int
	AB           int
	ABc          int
}

// Comments has a value, not a pointer, in the list.
type Comments struct {
	ID int    `gorm:"comment:the key"`
	A  string `gorm:"comment:with \"quotes\""`
}

// gormModel is not exported: its table is.
type gormModel struct {
	gorm.Model
	Title string
}

// Prefixed has a table name of its own.
type Prefixed struct {
	Key string `gorm:"primaryKey"`
}

func (*Prefixed) TableName() string { return tableName }

const tableName = "app_" + "things"

type list []string

type inner struct{ A, B int }

// Serialized: what a serializer writes is text, but kinds win.
type Serialized struct {
	ID     int
	JSON   map[string]int `gorm:"serializer:json"`
	List   list           `gorm:"serializer:json"`
	Struct inner          `gorm:"serializer:json;type:text"`
	Gob    inner          `gorm:"serializer:gob"`
	Time   int64          `gorm:"serializer:unixtime;type:time"`
	Int    int64          `gorm:"serializer:json"`
	Raw    []byte         `gorm:"serializer:json"`
	Short  []string       `gorm:"json:json"`
	Flag   bool           `gorm:"serializer:json"`
	Ratio  float32        `gorm:"serializer:json"`
}
