package gorm

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"testing"
	"time"
)

type word string

// leaky has a tag on its first field that becomes one of the column's.
// (schema/field.go getRealFieldValue)
type leaky struct {
	V string `gorm:"size:33;not null"`
}

func (leaky) Value() (driver.Value, error) { return nil, nil }

// texts decide by methods.
type texts []string

func (texts) GormDataType() string { return "text" }

type byDialect string

func (byDialect) GormDBDataType(dialect string, size int) string {
	if dialect == "sqlite" {
		return ""
	}
	return fmt.Sprintf("%s_%d", dialect, size)
}

type kinds struct {
	ID   uint
	B    *bool
	I8   int8
	I16  int16
	I32  int32
	I64  int64
	U8   uint8
	U16  uint16
	U32  uint32
	U64  uint64
	F32  float32
	F64  float64
	S    **string
	T    *time.Time
	D    time.Duration
	Raw  []byte
	Arr  [16]byte
	Word word
	Null sql.NullInt16
	Leak leaky
	Text texts
	By   byDialect `gorm:"size:9;type:ignored"`
}

type sizes struct {
	ID     int64          `gorm:"primaryKey;autoIncrement:false"`
	S      string         `gorm:"size:255"`
	SMed   string         `gorm:"size:65536"`
	SLong  string         `gorm:"size:16777217"`
	Bad    string         `gorm:"size:abc"`
	I24    int            `gorm:"size:24"`
	U      uint           `gorm:"size:32"`
	P      float64        `gorm:"precision:10"`
	PS     float64        `gorm:"precision:10;scale:2"`
	Sc     float64        `gorm:"scale:2"`
	By     []byte         `gorm:"size:100"`
	ByMed  []byte         `gorm:"size:65536"`
	AsS    int            `gorm:"type:string"`
	AsT    string         `gorm:"type:TIME"`
	Typed  string         `gorm:"type:Varchar(7);not null"`
	At     time.Time      `gorm:"precision:6;not null"`
	Zero   time.Time      `gorm:"precision:0"`
	Kept   string         `gorm:"unique"`
	Looked string         `gorm:"index"`
	Passed string         `gorm:"uniqueIndex:x"`
	Ser    map[string]int `gorm:"serializer:json"`
	SerI   int64          `gorm:"serializer:json"`
	SerB   bool           `gorm:"serializer:json"`
	Auto   int            `gorm:"type:smallint;autoIncrement"`
}

// TestColumnTypes: the type tables of the drivers. (Dialector.DataTypeOf of
// gorm.io/driver/postgres 1.6.3, sqlite 1.6.0, mysql 1.6.0)
func TestColumnTypes(t *testing.T) {
	same(t, migrate(t, Config{Dialect: "postgres"}, kinds{}, sizes{}), `
		kinds
			id bigserial
			b boolean
			i8 smallint
			i16 smallint
			i32 integer
			i64 bigint
			u8 smallint
			u16 integer
			u32 bigint
			u64 bigint
			f32 decimal
			f64 decimal
			s text
			t timestamptz
			d bigint
			raw bytea
			arr bytea
			word text
			null smallint
			leak varchar(33)
			text text
			by postgres_9
			key (id)
		sizes
			id bigint
			s varchar(255)
			s_med varchar(65536)
			s_long text
			bad text
			i24 integer
			u bigint
			p numeric(10)
			ps numeric(10, 2)
			sc decimal
			by bytea
			by_med bytea
			as_s varchar(64)
			as_t timestamptz
			typed Varchar(7) NOT NULL
			at timestamptz(6) NOT NULL
			zero timestamptz
			kept text
			looked text
			passed text
			ser text
			ser_i bigint
			ser_b boolean
			auto bigserial
			key (id)
			unique uni_sizes_kept (kept)
			index idx_sizes_looked (looked)
			UNIQUE index x (passed)`)
	same(t, migrate(t, Config{Dialect: "sqlite"}, kinds{}, sizes{}), `
		kinds
			id integer PRIMARY KEY AUTOINCREMENT
			b numeric
			i8 integer
			i16 integer
			i32 integer
			i64 integer
			u8 integer
			u16 integer
			u32 integer
			u64 integer
			f32 real
			f64 real
			s text
			t datetime
			d integer
			raw blob
			arr blob
			word text
			null integer
			leak text
			text text
			by ignored
		sizes
			id integer
			s text
			s_med text
			s_long text
			bad text
			i24 integer
			u integer
			p real
			ps real
			sc real
			by blob
			by_med blob
			as_s text
			as_t TIME
			typed Varchar(7) NOT NULL
			at datetime NOT NULL
			zero datetime
			kept text
			looked text
			passed text
			ser text
			ser_i integer
			ser_b numeric
			auto smallint
			key (id)
			unique uni_sizes_kept (kept)
			index idx_sizes_looked (looked)
			UNIQUE index x (passed)`)
	same(t, migrate(t, Config{Dialect: "mysql"}, kinds{}, sizes{}), `
		kinds
			id bigint unsigned AUTO_INCREMENT
			b boolean
			i8 tinyint
			i16 smallint
			i32 int
			i64 bigint
			u8 tinyint unsigned
			u16 smallint unsigned
			u32 int unsigned
			u64 bigint unsigned
			f32 float
			f64 double
			s longtext
			t datetime(3) NULL
			d bigint
			raw longblob
			arr longblob
			word longtext
			null smallint
			leak varchar(33)
			text text
			by mysql_9
			key (id)
		sizes
			id bigint
			s varchar(255)
			s_med mediumtext
			s_long longtext
			bad longtext
			i24 mediumint
			u int unsigned
			p decimal(10, 0)
			ps decimal(10, 2)
			sc double
			by varbinary(100)
			by_med mediumblob
			as_s varchar(64)
			as_t datetime(3) NULL
			typed Varchar(7) NOT NULL
			at datetime(6) NOT NULL
			zero datetime NULL
			kept varchar(191)
			looked varchar(191)
			passed longtext
			ser longtext
			ser_i bigint
			ser_b boolean
			auto smallint AUTO_INCREMENT
			key (id)
			unique uni_sizes_kept (kept)
			index idx_sizes_looked (looked)
			UNIQUE index x (passed)`)
}
