//go:build !xormold

package main

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"xorm.io/xorm/caches"
	"xorm.io/xorm/dialects"
	"xorm.io/xorm/names"
	"xorm.io/xorm/schemas"
	"xorm.io/xorm/tags"
)

// mysql prints the names of the models and, after an empty line, what xorm
// writes for MySQL: columns, keys and indexes, a line each. It needs no server.
func mysql(models []any) error {
	d, err := dialects.OpenDialect("mysql", "root@tcp(127.0.0.1)/x")
	if err != nil {
		return err
	}
	mapper := names.SnakeMapper{}
	parser := tags.NewParser("xorm", d, mapper, mapper, caches.NewManager())
	var lines []string
	for _, m := range models {
		v := reflect.Indirect(reflect.ValueOf(m))
		fmt.Println(v.Type().Name())
		if !v.CanAddr() {
			v = reflect.New(v.Type()).Elem()
		}
		t, err := parser.ParseWithCache(v)
		if err != nil {
			return err
		}
		lines = append(lines, tableLines(d, t)...)
	}
	fmt.Println()
	fmt.Println(strings.Join(lines, "\n"))
	return nil
}

func tableLines(d dialects.Dialect, t *schemas.Table) (lines []string) {
	read := func(c *schemas.Column) bool { return c.MapType == schemas.ONLYFROMDB }
	for _, c := range t.Columns() {
		if read(c) { // Sync leaves it out
			continue
		}
		text, err := dialects.ColumnString(d, c, c.IsPrimaryKey && len(t.PrimaryKeys) == 1, true)
		if err != nil {
			return []string{err.Error()}
		}
		if c.Comment != "" {
			text += " COMMENT '" + c.Comment + "'"
		}
		lines = append(lines, t.Name+": "+text)
	}
	if len(t.PrimaryKeys) > 1 {
		lines = append(lines, t.Name+": PRIMARY KEY "+strings.Join(t.PrimaryKeys, ","))
	}
	for _, ix := range t.Indexes {
		if !slices.ContainsFunc(ix.Cols, func(name string) bool { return read(t.GetColumn(name)) }) {
			lines = append(lines, d.CreateIndexSQL(t.Name, ix))
		}
	}
	return lines
}
