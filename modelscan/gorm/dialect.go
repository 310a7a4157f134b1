package gorm

// columnType is the SQL type that the driver writes for a field.
func (m *model) columnType(f *Field) string {
	sql, ok, err := f.indirect().facts().GormDBDataType(m.p.c.Dialect, f)
	if err != nil {
		m.undecided(f, "its GormDBDataType method", err)
	}
	if ok && sql != "" {
		return sql
	}
	switch m.p.c.Dialect {
	case "sqlite":
		return m.p.c.sqliteType(f)
	case "mysql":
		return m.p.c.mysqlType(f)
	}
	return m.p.c.postgresColumn(f)
}
