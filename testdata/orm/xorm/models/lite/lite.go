// Package lite has what SQLite alone takes.
package lite

// All are the models in the order of Sync.
func All() []any { return []any{new(Words), new(Serial)} }

// Words: SQLite takes any word for a type.
type Words struct {
	Id     int64
	Enum   string `xorm:"enum('a','b')"`
	Year   int    `xorm:"year"`
	Jsonb  any    `xorm:"jsonb"`
	Uuid   string `xorm:"uuid"`
	Clob   string `xorm:"clob"`
	Number int    `xorm:"number(5)"`
	Udec   string `xorm:"unsigned decimal(5,2)"`
	Bool   bool   `xorm:"boolean default true"`
	Money  string `xorm:"money"`
}

// Serial is a key by itself.
type Serial struct {
	N int `xorm:"serial"`
	S string
}
