// Package pg has what only PostgreSQL has.
package pg

import (
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
	"gorm.io/datatypes"
)

// All are the models in the order of AutoMigrate.
func All() []any {
	return []any{&Identity{}, &Always{}, &Generated{}, &Kinds{}, &Indexed{}, &UUIDs{}, &Ref{}, &Serials{}, &Shared{}, &SharedToo{}, &Lost{}}
}

type Identity struct {
	ID   int64 `gorm:"generated:identity"`
	Name string
}

type Always struct {
	No int32 `gorm:"primaryKey;generated:always identity"`
}

type Generated struct {
	ID    int
	Price int
	Count int
	Total int    `gorm:"generated:price * count"`
	Full  string `gorm:"size:20;generated:price::text"`
}

type Kinds struct {
	ID     int
	Tags   pq.StringArray `gorm:"type:text[];default:'{}'"`
	Nums   pq.Int64Array  `gorm:"type:bigint[]"`
	Doc    map[string]any `gorm:"type:jsonb;default:'{}';not null"`
	List   []string       `gorm:"type:varchar(20)[]"`
	Inet   string         `gorm:"type:inet"`
	Time   time.Time      `gorm:"type:timestamp without time zone;default:now()"`
	Clock  string         `gorm:"type:time(0)"`
	Bits   string         `gorm:"type:bit varying(8)"`
	Cast   string         `gorm:"type:text;default:('a'::text || 'b')"`
	Span   string         `gorm:"type:interval;default:'1 day'"`
	Collat string         `gorm:"type:text collate \"C\""`
	Num    float64        `gorm:"type:numeric;check:num >= 0 AND num < 10"`
}

type Indexed struct {
	ID int
	A  string         `gorm:"index:idx_gin_a,type:hash"`
	B  map[string]any `gorm:"type:jsonb;index:,type:gin"`
	C  string         `gorm:"index:idx_c,sort:DESC NULLS LAST"`
	D  string         `gorm:"uniqueIndex:uq_d,option:NULLS NOT DISTINCT"`
	E  string         `gorm:"index:idx_e,collate:\"C\""`
	G  string         `gorm:"index:idx_g,expression:lower(g) text_pattern_ops"`
	H  string         `gorm:"index:idx_h,option:WITH (fillfactor=70),where:h <> ''"`
	I  string         `gorm:"index:idx_i,expression:(g || i)"`
}

type UUIDs struct {
	ID   uuid.UUID `gorm:"type:uuid;default:gen_random_uuid();primaryKey"`
	Refs []Ref     `gorm:"foreignKey:OwnerID"`
	Many []Ref     `gorm:"many2many:uuid_refs"`
}

type Ref struct {
	ID      uuid.UUID `gorm:"type:uuid;default:gen_random_uuid()"`
	OwnerID string
}

type Serials struct {
	ID    int   `gorm:"type:serial;primaryKey"`
	Other int   `gorm:"type:bigserial"`
	Auto  int   `gorm:"autoIncrement"`
	Small int16 `gorm:"autoIncrement;type:smallint"`
}

// Shared and SharedToo: an index whose name exists is not created again.
type Shared struct {
	ID int
	A  string `gorm:"index:idx_shared"`
}

type SharedToo struct {
	ID int
	B  string `gorm:"index:idx_shared"`
}

// Lost: what GormDBDataType says leaves no room for generated.
type Lost struct {
	ID  int
	Doc datatypes.JSON `gorm:"generated:('{}'::jsonb)"`
}
