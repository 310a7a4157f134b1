package gorm

import (
	"fmt"
	"strings"
)

// columnType is the SQL type that the driver writes for a field.
func (m *model) columnType(f *Field) string {
	sql, ok, err := f.indirect().facts().GormDBDataType(m.p.c.Dialect, f)
	if err != nil {
		m.undecided(f, "its GormDBDataType method", err)
	}
	if ok && sql != "" {
		return sql
	}
	if m.p.c.Dialect == "sqlite" {
		return sqliteType(f)
	}
	return m.postgresColumn(f)
}

// postgresColumn adds what generated: says; drivers know it from 1.6.3 on.
func (m *model) postgresColumn(f *Field) string {
	text := strings.TrimSpace(f.Settings["GENERATED"])
	if text == "" || text == "GENERATED" || m.p.c.Driver.Before(1, 6, 3) {
		return postgresType(f)
	}
	if mode, ok := identityMode(text); ok {
		return postgresInt(f) + " GENERATED " + mode + " AS IDENTITY"
	}
	return postgresType(f) + " GENERATED ALWAYS AS (" + text + ") STORED"
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

// postgresType is the type table of gorm.io/driver/postgres.
func postgresType(f *Field) string {
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
		if f.Size > 0 && f.Size <= 10485760 {
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

// sqliteType is the type table of gorm.io/driver/sqlite.
func sqliteType(f *Field) string {
	switch f.typ {
	case boolType:
		return "numeric"
	case intType, uintType:
		if f.autoInc {
			return "integer PRIMARY KEY AUTOINCREMENT"
		}
		return "integer"
	case floatType:
		return "real"
	case stringType:
		return "text"
	case timeType:
		if t, ok := f.Settings["TYPE"]; ok {
			return t
		}
		return "datetime"
	case bytesType:
		return "blob"
	}
	return string(f.typ)
}
