// Package types has a field for each Go type whose methods decide.
package types

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/guregu/null/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/lib/pq"
	"github.com/shopspring/decimal"
	"gorm.io/datatypes"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// All are the models in the order of AutoMigrate.
func All() []any {
	return []any{&Known{}, &Null{}, &Pgtype{}, &Datatypes{}, &Own{}, &IntBox{}, &Derived{}, &Promoted{}}
}

type Known struct {
	ID      uuid.UUID
	Typed   uuid.UUID `gorm:"type:uuid"`
	NullID  uuid.NullUUID
	Dec     decimal.Decimal
	DecP    decimal.Decimal `gorm:"type:decimal(20,8)"`
	NullDec decimal.NullDecimal
	Raw     json.RawMessage
	IP      net.IP
	Deleted gorm.DeletedAt `gorm:"index"`
	Tags    pq.StringArray `gorm:"type:text"`
	Nums    pq.Int64Array  `gorm:"type:text"`
	Dur     time.Duration
	Month   time.Month
}

type Null struct {
	ID   int
	S    sql.NullString `gorm:"size:20"`
	I64  sql.NullInt64
	I32  sql.NullInt32
	I16  sql.NullInt16
	By   sql.NullByte
	F    sql.NullFloat64
	B    sql.NullBool
	T    sql.NullTime
	Gen  sql.Null[string]
	GenT sql.Null[time.Time]
	GenI *sql.Null[int8]
	NS   null.String
	NI   null.Int
	NT   null.Time
	NB   null.Bool `gorm:"default:true"`
	NF   null.Float
	NV   null.Value[int32]
}

type Pgtype struct {
	ID int
	T  pgtype.Text
	I4 pgtype.Int4
	I8 pgtype.Int8
	B  pgtype.Bool
	F  pgtype.Float8
	TS pgtype.Timestamptz
	D  pgtype.Date
	U  pgtype.UUID
	N  pgtype.Numeric `gorm:"type:numeric"`
}

type Datatypes struct {
	ID    int
	J     datatypes.JSON
	M     datatypes.JSONMap
	T     datatypes.JSONType[Settings]
	D     datatypes.Date
	C     datatypes.Time
	L     datatypes.URL
	Quote datatypes.JSON `gorm:"default:'{}'"`
}

type Settings struct{ A, B string }

func (s Settings) Value() (driver.Value, error) {
	b, err := json.Marshal(s)
	return string(b), err
}

type Strings []string

func (s Strings) Value() (driver.Value, error) {
	if len(s) == 0 {
		return nil, nil
	}
	return strings.Join(s, ","), nil
}

func (Strings) GormDataType() string { return "text" }

type Level int

func (l Level) Value() (driver.Value, error) { return levelName(l), nil }

func levelName(l Level) string {
	switch l {
	case 0:
		return "zero"
	default:
		return "more"
	}
}

type Amount struct {
	Cents int64
	Code  string
}

func (a Amount) Value() (driver.Value, error) {
	if a.Code == "" {
		return nil, errors.New("no currency")
	}
	return fmt.Sprintf("%d %s", a.Cents, a.Code), nil
}

type Stamp time.Time

func (s Stamp) Value() (driver.Value, error) {
	t := time.Time(s)
	if t.IsZero() {
		return nil, nil
	}
	return t, nil
}

type Doc map[string]any

func (d *Doc) Value() (driver.Value, error) {
	if d == nil {
		return nil, nil
	}
	return json.Marshal(*d)
}

type JSONDoc map[string]any

func (JSONDoc) GormDataType() string { return "json" }

func (JSONDoc) GormDBDataType(db *gorm.DB, field *schema.Field) string { return jsonType(db, field) }

func jsonType(db *gorm.DB, field *schema.Field) string {
	if field.TagSettings["TEXT"] != "" {
		return "text"
	}
	if n, ok := field.TagSettings["WIDE"]; ok {
		return fmt.Sprintf("varchar(%s)", n)
	}
	switch name := db.Dialector.Name(); name {
	case "postgres":
		return "jsonb"
	case "mysql", "sqlite":
		return "JSON"
	}
	return ""
}

type ID string

func (ID) GormDBDataType(db *gorm.DB, field *schema.Field) string {
	if db.Name() == "postgres" && field.Size == 0 {
		return "uuid"
	} else if field.Size > 0 {
		return fmt.Sprintf("char(%d)", field.Size)
	}
	return "text"
}

type Flow string

func (Flow) GormDBDataType(db *gorm.DB, field *schema.Field) string {
	kind := "text"
	if db.Name() == "postgres" {
		kind = "json"
	}
	if size, ok := field.TagSettings["WIDE"]; ok {
		kind = "varchar"
		kind += "(" + size + ")"
	}
	return kind
}

type Own struct {
	Flow  Flow
	Flew  Flow `gorm:"wide:3"`
	ID    ID
	Short ID `gorm:"size:9"`
	Set   Settings
	List  Strings
	Level Level
	Money Amount
	Stamp Stamp
	Doc   Doc
	PDoc  *Doc
	JS    JSONDoc
	JT    JSONDoc `gorm:"text:x"`
	JW    JSONDoc `gorm:"wide:77;type:ignored"`
}

type Box[T any] struct {
	ID int
	V  T
}

func (Box[T]) TableName() string { return "boxes" }

type IntBox struct {
	Box[int]
}

type Named struct{ ID int }

func (Named) TableName() string { return "promoted_name" }

// Promoted takes its name from what it embeds.
type Promoted struct {
	Named
	Extra string
}

type original struct {
	ID   int
	Name string `gorm:"size:5"`
}

// Derived has the fields of another struct.
type Derived original
