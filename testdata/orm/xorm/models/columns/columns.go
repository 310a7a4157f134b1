// Package columns has a field for each rule about columns and their types.
package columns

import "time"

// All are the models in the order of Sync.
func All() []any {
	return []any{new(Kinds), new(Words), new(Sizes), new(Defaults), new(Nulls), new(Names), new(Times), new(Skipped), Plain{}}
}

// Kinds: the type follows from the kind; pointers change nothing.
type Kinds struct {
	Id   int64
	B    bool
	BP   *bool
	I    int
	I8   int8
	I16  int16
	I32  int32
	I64  int64
	IP   *int64
	U    uint
	U8   uint8
	U16  uint16
	U32  uint32
	U64  uint64
	F32  float32
	F64  float64
	C64  complex64
	S    string
	SP   *string
	SPP  **string
	T    time.Time
	TP   *time.Time
	D    time.Duration
	Raw  []byte
	RawP *[]byte
	Arr  [16]byte
	Strs []string
	M    map[string]int
	MB   map[string]byte
	Rune rune
	Any  any
	Anon struct{ A int }
	R    *Names
}

// Words: types in tags.
type Words struct {
	Id      int64
	Bit     bool      `xorm:"bit"`
	Tiny    int       `xorm:"tinyint"`
	Small   int       `xorm:"SMALLINT"`
	Medium  int       `xorm:"mediumint"`
	Integer int       `xorm:"Integer"`
	Big     int       `xorm:"bigint"`
	Int11   int       `xorm:"int(11)"`
	UInt    int       `xorm:"unsigned int"`
	UBig    int       `xorm:"bigint unsigned"`
	USmall  int       `xorm:"unsigned smallint"`
	Char    string    `xorm:"char(2)"`
	Nchar   string    `xorm:"nchar(3)"`
	Vc      string    `xorm:"varchar(100)"`
	VcBare  string    `xorm:"varchar"`
	Nvc     string    `xorm:"nvarchar(7)"`
	Text    string    `xorm:"text"`
	TinyT   string    `xorm:"tinytext"`
	MedT    string    `xorm:"MEDIUMTEXT"`
	LongT   string    `xorm:"longtext"`
	Uuid    string    `xorm:"uuid"`
	Date    time.Time `xorm:"date"`
	Dt      time.Time `xorm:"datetime"`
	Time    time.Time `xorm:"time"`
	Ts      time.Time `xorm:"timestamp"`
	Tsz     time.Time `xorm:"timestampz"`
	Dec     string    `xorm:"decimal(10,2)"`
	Num     string    `xorm:"numeric(12,3)"`
	NumBare string    `xorm:"numeric"`
	Real    float32   `xorm:"real"`
	Float   float32   `xorm:"float"`
	Double  float64   `xorm:"double"`
	Bin     []byte    `xorm:"binary(16)"`
	VBin    []byte    `xorm:"varbinary(20)"`
	Blob    string    `xorm:"blob"`
	LongB   []byte    `xorm:"longblob"`
	Bytea   []byte    `xorm:"bytea"`
	Bool    int       `xorm:"bool"`
	Boolean int       `xorm:"boolean"`
	Json    any       `xorm:"json"`
	Jsonb   any       `xorm:"jsonb"`
	JText   any       `xorm:"json text"`
	TextJ   any       `xorm:"text json"`
}

// Sizes: lengths behind types, and where they count for nothing.
type Sizes struct {
	Id    int64  `xorm:"pk autoincr"`
	Str   string `xorm:"notnull"`
	Tiny  int    `xorm:"tinyint(1)"`
	Big   int64  `xorm:"bigint(20)"`
	Dt    string `xorm:"datetime(3)"`
	Dbl   string `xorm:"double(10,2)"`
	Blob  []byte `xorm:"blob(100)"`
	Twice string `xorm:"varchar(10) varchar(20)"`
}

// Defaults are SQL as the tag says it.
type Defaults struct {
	Id     int64
	N      int       `xorm:"default 0"`
	NP     int       `xorm:"default(7) not null"`
	S      string    `xorm:"default 'a b'"`
	SP     string    `xorm:"default('it, (too)')"`
	Empty  string    `xorm:"default ''"`
	Last   string    `xorm:"varchar(20) default"`
	B      bool      `xorm:"default true"`
	BF     bool      `xorm:"not null default false"`
	Bool   bool      `xorm:"BOOL DEFAULT true notnull"`
	Null   string    `xorm:"default NULL"`
	At     time.Time `xorm:"default CURRENT_TIMESTAMP"`
	Neg    int       `xorm:"INT DEFAULT -1 NOT NULL"`
	Paren  int       `xorm:"default (1+2)"`
	Prec   time.Time `xorm:"timestamp default CURRENT_TIMESTAMP(3)"`
	F      float64   `xorm:"default 1.5"`
	V      int       `xorm:"version"`
	VD     int       `xorm:"version default 3"`
	Quoted string    `xorm:"varchar(10) 'q' default 'x'"`
}

// Nulls: the last word about NULL counts.
type Nulls struct {
	Id  int64
	A   string `xorm:"not null"`
	B   string `xorm:"NOT NULL null"`
	C   string `xorm:"null notnull"`
	D   string `xorm:"notnull null"`
	E   string `xorm:"'e'"`
	G   string `xorm:"deleted not null"`
	H   string `xorm:"not null deleted"`
	Not string `xorm:"not"`
}

// Names: the mapper and what a tag says instead.
type Names struct {
	ID        int64
	UserID    int
	HTTPPort  int
	IPv4      string
	UUIDs     string
	S3Key     string
	APIKeyID  string
	Ünicode   string
	Name_X    string
	X         int
	XY        int
	Quoted    int `xorm:"'Mixed'"`
	Bare      int `xorm:"Bare_Name"`
	Type      int
	Last      int `xorm:"first second"`
	Order     int `xorm:"'order'"`
	CreatedAt int64
	ABCDef    int
	AbCD      int
}

// Times: what fills a column has no part in its type.
type Times struct {
	Id      int64
	Created time.Time `xorm:"created"`
	Updated time.Time `xorm:"updated"`
	Deleted time.Time `xorm:"deleted index"`
	Unix    int64     `xorm:"created"`
	Utc     time.Time `xorm:"utc"`
	Local   time.Time `xorm:"local(Europe/Berlin)"`
	Cached  int       `xorm:"cache"`
}

// Skipped: fields without columns.
type Skipped struct {
	Id     int64
	No     string `xorm:"-"`
	Also   string `xorm:"varchar(10) -"`
	small  string
	Read   string   `xorm:"<-"`
	Both   string   `xorm:"<- ->"`
	Write  string   `xorm:"->"`
	ReadIx string   `xorm:"<- index"`
	_      struct{} `xorm:"-"`
}

// Plain has no tags at all, and is passed by value.
type Plain struct {
	Id   int64
	Name string
}

var _ = Skipped{}.small
