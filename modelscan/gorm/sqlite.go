package gorm

// sqliteType is the type table of gorm.io/driver/sqlite
// (Dialector.DataTypeOf).
func (c *Config) sqliteType(f *Field) string {
	switch f.typ {
	case boolType:
		return "numeric"
	case intType, uintType:
		if f.autoInc && (!f.primaryKey || c.countsInKey()) {
			return "integer PRIMARY KEY AUTOINCREMENT"
		}
		return "integer"
	case floatType:
		return "real"
	case stringType:
		return "text"
	case timeType:
		if t, ok := f.Settings["TYPE"]; ok && c.timeByTag() {
			return t
		}
		return "datetime"
	case bytesType:
		return "blob"
	}
	return string(f.typ)
}
