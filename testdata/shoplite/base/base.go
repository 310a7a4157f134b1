// Package base holds the columns that the tables share.
package base

import (
	"database/sql"
	"time"
)

// ID is the key of most tables.
type ID struct {
	ID int64 `db:"id" gen:"pk"`
}

// Times say when a row came to be and when it was touched last.
type Times struct {
	CreatedAt time.Time    `db:"created_at" gen:"default:CURRENT_TIMESTAMP"`
	UpdatedAt sql.NullTime `db:"updated_at"`
}
