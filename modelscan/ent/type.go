package ent

import (
	"regexp"
	"slices"
	"strings"
)

// maxCharSize is where PostgreSQL's limited strings end (postgres.go).
const maxCharSize = 10 << 20

// postgresTypes and sqliteTypes are the atTypeC of both dialects.
var postgresTypes = map[string]string{
	"TypeBool": "boolean", "TypeBytes": "bytea", "TypeUUID": "uuid", "TypeJSON": "jsonb", "TypeTime": "timestamp with time zone",
	"TypeString": "character varying", "TypeEnum": "character varying",
	"TypeInt8": "smallint", "TypeUint8": "smallint", "TypeInt16": "smallint",
	"TypeUint16": "integer", "TypeInt32": "integer",
	"TypeUint32": "bigint", "TypeInt": "bigint", "TypeUint": "bigint", "TypeInt64": "bigint", "TypeUint64": "bigint",
	"TypeFloat32": "real", "TypeFloat64": "double precision",
}

var sqliteTypes = map[string]string{
	"TypeBool": "bool", "TypeBytes": "blob", "TypeUUID": "uuid", "TypeJSON": "json", "TypeTime": "datetime",
	"TypeString": "text", "TypeEnum": "text",
	"TypeInt8": "integer", "TypeUint8": "integer", "TypeInt16": "integer", "TypeUint16": "integer", "TypeInt32": "integer", "TypeUint32": "integer",
	"TypeInt": "integer", "TypeUint": "integer", "TypeInt64": "integer", "TypeUint64": "integer",
	"TypeFloat32": "real", "TypeFloat64": "real",
}

// dialectKey is ent's name of a dialect, in SchemaType and in default
// expressions.
func dialectKey(dialect string) string {
	if dialect == "sqlite" {
		return "sqlite3"
	}
	return dialect
}

// sqlType is the type of a column; serial tells that it counts up by itself.
// foreign: it is part of a foreign key.
func (m *maker) sqlType(c *Column, foreign bool) (text string, serial, ok bool) {
	if own := strings.ToLower(c.SchemaType[dialectKey(m.c.Dialect)]); own != "" {
		if m.c.Dialect == "sqlite" {
			return liteType(own), false, true
		}
		text, serial = pgType(own, foreign)
		return text, serial, true
	}
	types := postgresTypes
	if m.c.Dialect == "sqlite" {
		types = sqliteTypes
	}
	if c.Type == "TypeString" && m.c.Dialect == "postgres" && c.Size > maxCharSize {
		return "text", false, true
	}
	text, ok = types[c.Type]
	if !ok {
		m.fail(c.Origin, "say it in the ent schema: SchemaType(map[string]string{dialect."+map[string]string{"postgres": "Postgres", "sqlite": "SQLite"}[m.c.Dialect]+": \"…\"})",
			"field.%s has no type in %s: schema.Create fails", c.Type, map[string]string{"postgres": "PostgreSQL", "sqlite": "SQLite"}[m.c.Dialect])
	}
	return text, false, ok
}

var serials = map[string]string{
	"smallserial": "smallint", "serial2": "smallint", "serial": "integer", "serial4": "integer", "bigserial": "bigint", "serial8": "bigint",
}

// defaultPrecision is what the engine leaves out of times.
var defaultPrecision = regexp.MustCompile(`^((?:time|timestamp|interval)\w*)\s*\(\s*6\s*\)`)

// pgType is a type as the engine prints what it was told (Atlas'
// postgres.FormatType): serial types refer to nothing.
func pgType(text string, foreign bool) (string, bool) {
	if plain, ok := serials[text]; ok {
		if foreign {
			return plain, false
		}
		return text, true
	}
	return defaultPrecision.ReplaceAllString(text, "$1"), false
}

// liteKnown are the types whose lengths the engine leaves out (Atlas'
// sqlite.FormatType); others stay as they are.
var liteKnown = []string{
	"bool", "boolean", "blob", "int2", "int8", "int", "uint64", "integer", "tinyint", "smallint", "mediumint", "bigint", "unsigned big int",
	"real", "double", "double precision", "float", "numeric", "decimal",
	"char", "character", "varchar", "varying character", "nchar", "native character", "nvarchar", "text", "clob",
	"json", "jsonb", "date", "datetime", "time", "timestamp", "uuid",
}

func liteType(text string) string {
	word, _, _ := strings.Cut(text, "(")
	if word = strings.TrimSpace(word); slices.Contains(liteKnown, word) {
		return word
	}
	return text
}
