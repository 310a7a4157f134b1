package gorm

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

// TestDefaults: a default is read as a value of the field's kind and printed
// again; what has parentheses, null and what is empty is SQL.
// (schema/field.go ParseField; logger.ExplainSQL)
func TestDefaults(t *testing.T) {
	pg, old := Config{Dialect: "postgres"}, Config{Dialect: "postgres", Version: Version{1, 25, 2}}
	for _, c := range []struct {
		name string
		kind any
		tag  string
		c    Config
		want string
	}{
		{"a hexadecimal number", 0, "0x10", pg, " DEFAULT 16"},
		{"an octal number", 0, "010", pg, " DEFAULT 8"},
		{"a negative number", 0, " -7 ", pg, " DEFAULT -7"},
		{"underscores in a number", 0, "1_000", pg, " DEFAULT 1000"},
		{"an unsigned number", uint(0), "42", pg, " DEFAULT 42"},
		{"a fraction", 0.0, "1.50", pg, " DEFAULT 1.5"},
		{"an exponent", 0.0, "1e3", pg, " DEFAULT 1000"},
		{"a fraction before 1.25.3 has six digits", 0.0, "1.50", old, " DEFAULT 1.500000"},
		{"a truth", false, "T", pg, " DEFAULT true"},
		{"one is true", false, "1", pg, " DEFAULT true"},
		{"a lie", false, "FALSE", pg, " DEFAULT false"},
		{"a text", "", "hello", pg, " DEFAULT 'hello'"},
		{"a text in quotes", "", "'hello'", pg, " DEFAULT 'hello'"},
		{"a text in double quotes", "", `\"hello\"`, pg, " DEFAULT 'hello'"},
		{"quotes in a text are doubled again", "", "'it''s'", pg, " DEFAULT 'it''''s'"},
		{"an empty text", "", "''", pg, " DEFAULT ''"},
		{"a call", "", "gen_random_uuid()", pg, " DEFAULT gen_random_uuid()"},
		{"an expression", "", "('a' || 'b')", pg, " DEFAULT ('a' || 'b')"},
		{"null", "", "NULL", pg, " DEFAULT NULL"},
		{"nothing", "", "", pg, ""},
		{"none on purpose", "", "(-)", pg, ""},
		{"a name of a time", time.Time{}, "CURRENT_TIMESTAMP", pg, " DEFAULT CURRENT_TIMESTAMP"},
		{"a date", time.Time{}, "2020-1-2", pg, " DEFAULT '2020-01-02 00:00:00'"},
		{"a moment", time.Time{}, "2020-01-02 03:04:05", pg, " DEFAULT '2020-01-02 03:04:05'"},
		{"what has no kind is SQL", []byte{}, "'x'", pg, " DEFAULT 'x'"},
		{"MySQL before 1.25.6 escapes", "", "it's", Config{Dialect: "mysql", Version: Version{1, 25, 5}}, ` DEFAULT 'it\'s'`},
		{"MySQL doubles", "", "it's", Config{Dialect: "mysql"}, ` DEFAULT 'it''s'`},
		{"TiDB's random key is no default", "", "auto_random()", Config{Dialect: "mysql"}, " DEFAULT auto_random()"},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := reflect.StructOf([]reflect.StructField{
				{Name: "F", Type: reflect.TypeOf(c.kind), Tag: reflect.StructTag(fmt.Sprintf(`gorm:"type:x;default:%s"`, c.tag))},
				{Name: "ID", Type: reflect.TypeFor[int](), Tag: `gorm:"-"`},
			})
			m := reflected{}.of(st)
			m.Name = "T"
			tables, problems := Migrate([]*Type{m}, c.c)
			if len(problems) > 0 {
				t.Fatal(problemLine(problems[0]))
			}
			if got := tables[0].Columns[0].SQL; got != "x"+c.want {
				t.Errorf("got %q, want %q", got, "x"+c.want)
			}
		})
	}
}

type random struct {
	ID uint64 `gorm:"default:auto_random()"`
}

// TestAutoRandom: the key of TiDB that is no default but a part of the type.
// (gorm.io/driver/mysql 1.4.6 autoRandomType)
func TestAutoRandom(t *testing.T) {
	same(t, migrate(t, Config{Dialect: "mysql"}, random{}), `
		randoms
			id bigint unsigned auto_random
			key (id)`)
	same(t, migrate(t, Config{Dialect: "mysql", Driver: Version{1, 4, 5}}, random{}), `
		randoms
			id bigint unsigned AUTO_INCREMENT DEFAULT auto_random()
			key (id)`)
}

type badDefaults struct {
	ID int
	N  int       `gorm:"default:many"`
	B  bool      `gorm:"default:yes"`
	F  float64   `gorm:"default:1,5"`
	U  uint      `gorm:"default:-1"`
	At time.Time `gorm:"default:15:04"`
	In time.Time `gorm:"default:2020-01-02T03:04:05Z"`
}

// TestBadDefaults: GORM refuses what does not parse; a time without a day and
// one with a zone depend on where and when the program runs.
func TestBadDefaults(t *testing.T) {
	want := `badDefaults.N: default "many" is no int: GORM refuses the model
badDefaults.B: default "yes" is no bool: GORM refuses the model
badDefaults.F: default "1,5" is no float: GORM refuses the model
badDefaults.U: default "-1" is no uint: GORM refuses the model
badDefaults.At: default 15:04 depends on the day and the time zone of the program that migrates
badDefaults.In: default 2020-01-02T03:04:05Z depends on the day and the time zone of the program that migrates`
	if got := problems(Config{Dialect: "postgres"}, badDefaults{}); got != want {
		t.Errorf("got:\n%s", got)
	}
}
