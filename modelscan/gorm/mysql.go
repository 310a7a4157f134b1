package gorm

import (
	"fmt"
	"strings"
)

// A MySQL is what the configuration of gorm.io/driver/mysql decides about
// types.
type MySQL struct {
	DefaultStringSize        int
	DefaultDatetimePrecision *int // nil: 3
	DisableDatetimePrecision bool // also what the driver sets for servers before 5.6
}

const (
	mediumText = 1 << 16 // bytes from which varchar gives way to mediumtext
	longText   = 1 << 24 // bytes beyond which that gives way to longtext
	indexText  = 191     // characters of utf8mb4 that an index of 767 bytes holds
)

// mysqlType is the type table of gorm.io/driver/mysql (Dialector.DataTypeOf).
func (c *Config) mysqlType(f *Field) string {
	switch f.typ {
	case boolType:
		return "boolean"
	case intType, uintType:
		return c.mysqlInt(f)
	case floatType:
		switch {
		case f.precision > 0:
			return fmt.Sprintf("decimal(%d, %d)", f.precision, f.scale)
		case f.Size <= 32:
			return "float"
		}
		return "double"
	case stringType:
		return c.mysqlString(f)
	case timeType:
		return c.mysqlTime(f)
	case bytesType:
		switch {
		case f.Size > 0 && f.Size < mediumText:
			return fmt.Sprintf("varbinary(%d)", f.Size)
		case f.Size >= mediumText && f.Size <= longText:
			return "mediumblob"
		}
		return "longblob"
	}
	if f.autoInc && !strings.Contains(strings.ToLower(string(f.typ)), " auto_increment") {
		return string(f.typ) + " AUTO_INCREMENT"
	}
	return string(f.typ)
}

// mysqlInt: on TiDB a key may have default:auto_random(), which is no default
// but a part of the type.
func (c *Config) mysqlInt(f *Field) string {
	unsigned := ""
	if f.typ == uintType {
		unsigned = " unsigned"
	}
	if c.autoRandom() && f.primaryKey && f.hasDefault && strings.EqualFold(strings.TrimSpace(f.defaultText), "auto_random()") {
		f.defaultText = ""
		return "bigint" + unsigned + " auto_random"
	}
	sql := "bigint"
	switch {
	case f.Size <= 8:
		sql = "tinyint"
	case f.Size <= 16:
		sql = "smallint"
	case f.Size <= 24:
		sql = "mediumint"
	case f.Size <= 32:
		sql = "int"
	}
	sql += unsigned
	if f.notNull && c.notNullInType() {
		sql += " NOT NULL"
	}
	if f.autoInc {
		sql += " AUTO_INCREMENT"
	}
	return sql
}

// mysqlString: what has a default or an index cannot be longtext. uniqueIndex
// is not looked at.
func (c *Config) mysqlString(f *Field) string {
	size := f.Size
	if size == 0 {
		size = c.MySQL.DefaultStringSize
		if size == 0 && (f.primaryKey || f.hasDefault || f.Settings["INDEX"] != "" || f.Settings["UNIQUE"] != "") {
			size = indexText
		}
	}
	switch {
	case size <= 0 || size > longText:
		return "longtext"
	case size >= mediumText:
		return "mediumtext"
	}
	return fmt.Sprintf("varchar(%d)", size)
}

func (c *Config) mysqlTime(f *Field) string {
	precision := f.precision
	said := f.Settings["PRECISION"] != "" && c.precisionZero()
	if precision == 0 && !said && !c.MySQL.DisableDatetimePrecision {
		precision = 3
		if p := c.MySQL.DefaultDatetimePrecision; p != nil {
			precision = *p
		}
	}
	sql := "datetime"
	if precision > 0 {
		sql += fmt.Sprintf("(%d)", precision)
	}
	if !f.notNull && !f.primaryKey {
		sql += " NULL"
	}
	return sql
}
