package xorm

import (
	"slices"
	"strconv"
	"strings"
)

// typeWords are the words of a tag that name a type (schemas.SqlTypes).
var typeWords = []string{
	"BIT", "UNSIGNED BIT", "TINYINT", "UNSIGNED TINYINT", "SMALLINT", "UNSIGNED SMALLINT", "MEDIUMINT", "UNSIGNED MEDIUMINT",
	"INT", "UNSIGNED INT", "INTEGER", "BIGINT", "UNSIGNED BIGINT", "NUMBER", "INT8",
	"ENUM", "SET", "JSON", "JSONB", "XML",
	"CHAR", "NCHAR", "VARCHAR", "VARCHAR2", "NVARCHAR", "TINYTEXT", "TEXT", "NTEXT", "MEDIUMTEXT", "LONGTEXT", "UUID", "CLOB", "SYSNAME",
	"DATE", "DATETIME", "TIME", "TIMESTAMP", "TIMESTAMPZ", "SMALLDATETIME", "YEAR",
	"DECIMAL", "UNSIGNED DECIMAL", "NUMERIC", "REAL", "FLOAT", "UNSIGNED FLOAT", "DOUBLE", "MONEY", "SMALLMONEY",
	"BINARY", "VARBINARY", "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB", "BYTEA", "UNIQUEIDENTIFIER",
	"BOOL", "BOOLEAN", "SERIAL", "BIGSERIAL", "ARRAY",
}

// numericWords are those that unsigned applies to.
var numericWords = []string{
	"BIT", "TINYINT", "SMALLINT", "MEDIUMINT", "INT", "INTEGER", "BIGINT", "NUMBER", "INT8", "DECIMAL", "NUMERIC", "REAL", "FLOAT", "DOUBLE",
	"MONEY", "SMALLMONEY", "SERIAL", "BIGSERIAL",
}

// isTypeWord reports whether a word names a type to a version of xorm.
func isTypeWord(name string, v Version) bool {
	switch name {
	case "BOOLEAN":
		return !v.before(1, 2, 0)
	case "INT8":
		return !v.before(1, 2, 2)
	case "NUMBER", "VARCHAR2":
		return !v.before(1, 3, 0)
	}
	return slices.Contains(typeWords, name)
}

// unknownTo are the type words that mean nothing to a product: CREATE TABLE
// fails. SQLite takes any word that is no key word.
func unknownTo(dialect string) []string {
	switch dialect {
	case "sqlite":
		return []string{"SET"}
	case "postgres":
		return []string{"ENUM", "SET", "NUMBER", "VARCHAR2", "NTEXT", "CLOB", "SYSNAME", "SMALLDATETIME", "YEAR", "SMALLMONEY", "UNIQUEIDENTIFIER", "ARRAY"}
	}
	return nil
}

// sqlText is the dialect's SQLType: the type as CREATE TABLE says it. It
// changes the column, as there.
func sqlText(dialect string, c *column) string {
	if c.typ.asIs {
		return c.typ.name
	}
	switch dialect {
	case "postgres":
		return c.postgres()
	case "sqlite":
		return c.sqlite()
	}
	return c.mysql()
}

func (c *column) postgres() string {
	serial := func(counting, plain string) string {
		if c.autoIncr {
			return counting
		}
		return plain
	}
	text := c.typ.name
	switch text {
	case "TINYINT", "UNSIGNED TINYINT":
		return "SMALLINT"
	case "BIT":
		return "BOOLEAN"
	case "MEDIUMINT", "INT", "INTEGER", "UNSIGNED MEDIUMINT", "UNSIGNED SMALLINT":
		return serial("SERIAL", "INTEGER")
	case "BIGINT", "UNSIGNED BIGINT", "UNSIGNED INT":
		return serial("BIGSERIAL", "BIGINT")
	case "SERIAL", "BIGSERIAL":
		c.autoIncr, c.nullable = true, false
	case "BINARY", "VARBINARY", "BLOB", "TINYBLOB", "MEDIUMBLOB", "LONGBLOB":
		return "BYTEA"
	case "DATETIME":
		text = "TIMESTAMP"
	case "TIMESTAMPZ":
		return "timestamp with time zone"
	case "FLOAT":
		text = "REAL"
	case "TINYTEXT", "MEDIUMTEXT", "LONGTEXT":
		text = "TEXT"
	case "NCHAR":
		text = "CHAR"
	case "NVARCHAR":
		text = "VARCHAR"
	case "UUID":
		return "UUID"
	case "DOUBLE", "UNSIGNED FLOAT":
		return "DOUBLE PRECISION"
	default:
		text = serial("SERIAL", text)
		if c.autoIncr {
			return text
		}
	}
	if text == "BOOL" {
		return text
	}
	return text + c.lengths()
}

// lengths is the (n) or (n,m) behind a type.
func (c *column) lengths() string {
	switch {
	case c.length2 > 0:
		return "(" + strconv.FormatInt(c.length, 10) + "," + strconv.FormatInt(c.length2, 10) + ")"
	case c.length > 0:
		return "(" + strconv.FormatInt(c.length, 10) + ")"
	}
	return ""
}

func (c *column) sqlite() string {
	switch c.typ.name {
	case "BOOL":
		switch c.def {
		case "true":
			c.def = "1"
		case "false":
			c.def = "0"
		}
		return "INTEGER"
	case "DATE", "DATETIME", "TIMESTAMP", "TIME":
		return "DATETIME"
	case "TIMESTAMPZ", "CHAR", "VARCHAR", "NVARCHAR", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT", "JSON":
		return "TEXT"
	case "BIT", "TINYINT", "UNSIGNED TINYINT", "SMALLINT", "UNSIGNED SMALLINT", "MEDIUMINT", "INT", "UNSIGNED INT", "BIGINT", "UNSIGNED BIGINT", "INTEGER":
		return "INTEGER"
	case "FLOAT", "DOUBLE", "REAL":
		return "REAL"
	case "DECIMAL", "NUMERIC":
		return "NUMERIC"
	case "TINYBLOB", "BLOB", "MEDIUMBLOB", "LONGBLOB", "BYTEA", "BINARY", "VARBINARY":
		return "BLOB"
	case "SERIAL", "BIGSERIAL":
		c.primary, c.autoIncr, c.nullable = true, true, false
		return "INTEGER"
	}
	return c.typ.name
}

// mysqlWords are the words that MySQL's dialect writes otherwise.
var mysqlWords = map[string]string{
	"BYTEA": "BLOB", "NVARCHAR": "VARCHAR", "JSON": "TEXT",
	"UNSIGNED INT": "INT", "UNSIGNED BIGINT": "BIGINT", "UNSIGNED MEDIUMINT": "MEDIUMINT", "UNSIGNED SMALLINT": "SMALLINT",
	"UNSIGNED TINYINT": "TINYINT", "UNSIGNED FLOAT": "FLOAT",
}

func (c *column) mysql() string {
	text := c.typ.name
	if w, ok := mysqlWords[text]; ok {
		text = w
	}
	switch c.typ.name {
	case "BOOL":
		text, c.length = "TINYINT", 1
	case "SERIAL", "BIGSERIAL":
		text = map[string]string{"SERIAL": "INT", "BIGSERIAL": "BIGINT"}[c.typ.name]
		c.primary, c.autoIncr, c.nullable = true, true, false
	case "TIMESTAMPZ":
		text, c.length = "CHAR", 64
	case "UUID":
		text, c.length = "VARCHAR", 40
	case "ENUM", "SET":
		return text + "(" + strings.Join(quoted(c.options), ",") + ")"
	}
	if text == "BIGINT" && c.length == 0 && c.length2 == 0 {
		c.length = 20
	}
	text += c.lengths()
	if strings.HasPrefix(c.typ.name, "UNSIGNED ") && mysqlWords[c.typ.name] != "" {
		text += " UNSIGNED"
	}
	return text
}

func quoted(options []string) []string {
	list := make([]string, len(options))
	for i, o := range options {
		list[i] = "'" + o + "'"
	}
	return list
}

// countingWord is what stands behind PRIMARY KEY of a key that counts up.
func countingWord(dialect string) string {
	switch dialect {
	case "sqlite":
		return "AUTOINCREMENT"
	case "mysql":
		return "AUTO_INCREMENT"
	}
	return ""
}
