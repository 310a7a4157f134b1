// Package pg has what only PostgreSQL has.
package pg

import (
	"database/sql"
	"encoding/json"
	"net"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// All are the models in the order in which they are created.
func All() []any { return []any{(*Arrays)(nil), (*Ranges)(nil), (*InSchema)(nil), (*Generated)(nil)} }

// Arrays has arrays of everything.
type Arrays struct {
	ID       int64             `bun:",pk"`
	Strings  []string          `bun:",array"`
	Ints     []int             `bun:",array,notnull,default:'{}'"`
	Int16s   []int16           `bun:",array"`
	Bools    []bool            `bun:",array"`
	Floats   []float64         `bun:",array"`
	Times    []time.Time       `bun:",array"`
	UUIDs    []uuid.UUID       `bun:",array"`
	Bytes    [][]byte          `bun:",array"`
	Raws     []json.RawMessage `bun:",array"`
	IPs      []net.IP          `bun:",array"`
	Nets     []net.IPNet       `bun:",array"`
	Nulls    []sql.NullTime    `bun:",array"`
	Strs     []sql.NullString  `bun:",array"`
	Fixed    [3]int32          `bun:",array"`
	PStrings *[]string         `bun:",array"`
	Typed    []string          `bun:",array,type:varchar(20)[]"`
	Text     []string          `bun:"type:text[]"`
	Maps     []map[string]int  `bun:",array"`
	Scalar   string            `bun:",array"`
}

// Ranges has types that the tag names.
type Ranges struct {
	ID     uuid.UUID `bun:",pk,type:uuid,default:gen_random_uuid()"`
	During string    `bun:",type:tstzrange"`
	Multi  string    `bun:",multirange,type:int4multirange"`
	Comp   string    `bun:",composite:point"`
	Vec    string    `bun:",type:tsvector"`
	Bits   string    `bun:",type:bit varying(5)"`
	Stamp  time.Time `bun:",type:timestamp(3) without time zone"`
	Day    time.Time `bun:",type:date"`
	Money  string    `bun:",type:numeric(12,2),notnull,default:0"`
	Serial int       `bun:",type:serial"`
	Coll   string    `bun:",type:\"text collate \\\"C\\\"\""`
	Addr   net.IP    `bun:",type:inet"`
}

// InSchema says where it lies.
type InSchema struct {
	bun.BaseModel `bun:"table:public.in_schemas"`

	ID int64 `bun:",pk,autoincrement"`
}

// Generated has what a type may say besides.
type Generated struct {
	ID int64  `bun:",pk,identity"`
	A  string `bun:",notnull"`
	B  string `bun:",type:text GENERATED ALWAYS AS (upper(a)) STORED"`
	C  int32  `bun:",identity,notnull"`
}
