// Package pg has what PostgreSQL alone can do.
package pg

import "time"

// All are the models in the order of Sync.
func All() []any { return []any{new(Kinds), new(Money)} }

// Kinds are PostgreSQL's own.
type Kinds struct {
	Id     int       `xorm:"serial pk"`
	Big    int64     `xorm:"bigserial"`
	Xml    string    `xorm:"xml"`
	Int8   int64     `xorm:"int8"`
	Ts     time.Time `xorm:"timestamp(3)"`
	Time   time.Time `xorm:"time(2)"`
	Array  string    `xorm:"text default('{}')"`
	Jsonb  any       `xorm:"jsonb notnull default '{}'"`
	Uuid   string    `xorm:"uuid default 'b3f7a6f0-6f0a-4a94-9d2d-1d6b8c0f8a11'"`
	Serial int       `xorm:"smallint autoincr"`
}

// Money has a type with a locale.
type Money struct {
	Id int64
	M  string `xorm:"money"`
}
