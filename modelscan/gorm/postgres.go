package gorm

import (
	"fmt"
	"strings"
)

// postgresColumn adds what generated: says.
func (c *Config) postgresColumn(f *Field) string {
	text := strings.TrimSpace(f.Settings["GENERATED"])
	if text == "" || text == "GENERATED" || !c.generates() {
		return c.postgresType(f)
	}
	if mode, ok := identityMode(text); ok {
		return postgresInt(f) + " GENERATED " + mode + " AS IDENTITY"
	}
	return c.postgresType(f) + " GENERATED ALWAYS AS (" + text + ") STORED"
}

// identityMode reads "identity [always|by default]" in any order; other words
// are an expression.
func identityMode(text string) (mode string, ok bool) {
	mode = "BY DEFAULT"
	for _, word := range strings.Fields(strings.ToLower(text)) {
		switch word {
		case "identity":
			ok = true
		case "always":
			mode = "ALWAYS"
		case "by", "default":
		default:
			return "", false
		}
	}
	return mode, ok
}

// maxVarchar is the greatest n of PostgreSQL's varchar(n).
const maxVarchar = 10485760

// postgresType is the type table of gorm.io/driver/postgres
// (Dialector.DataTypeOf).
func (c *Config) postgresType(f *Field) string {
	switch f.typ {
	case boolType:
		return "boolean"
	case intType, uintType:
		if f.autoInc {
			return serialOf(f.bits(f.typ))
		}
		return postgresInt(f)
	case floatType:
		switch {
		case f.precision > 0 && f.scale > 0:
			return fmt.Sprintf("numeric(%d, %d)", f.precision, f.scale)
		case f.precision > 0:
			return fmt.Sprintf("numeric(%d)", f.precision)
		}
		return "decimal"
	case stringType:
		if f.Size > 0 && (f.Size <= maxVarchar || !c.textBeyondVarchar()) {
			return fmt.Sprintf("varchar(%d)", f.Size)
		}
		return "text"
	case timeType:
		if f.precision > 0 {
			return fmt.Sprintf("timestamptz(%d)", f.precision)
		}
		return "timestamptz"
	case bytesType:
		return "bytea"
	}
	if f.autoInc && !strings.Contains(strings.ToLower(string(f.typ)), "serial") {
		return serialOf(f.bits(f.kindType))
	}
	return string(f.typ)
}

// bits is the size of a whole number; an unsigned one needs a bit more.
func (f *Field) bits(t dataType) int {
	if t == uintType {
		return f.Size + 1
	}
	return f.Size
}

func postgresInt(f *Field) string {
	switch n := f.bits(f.typ); {
	case n <= 16:
		return "smallint"
	case n <= 32:
		return "integer"
	}
	return "bigint"
}

func serialOf(bits int) string {
	switch {
	case bits <= 16:
		return "smallserial"
	case bits <= 32:
		return "serial"
	}
	return "bigserial"
}
