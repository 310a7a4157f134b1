// Package base holds the columns that the shop's tables share.
package base

import (
	"database/sql"
	"time"
)

// ID is the key of most tables.
type ID struct {
	ID int64 `db:"id" gen:"pk;identity"`
}

// Times say when a row came to be and when it was touched last.
type Times struct {
	CreatedAt time.Time `db:"created_at" gen:"default:now()"`
	UpdatedAt time.Time `db:"updated_at" gen:"default:now()"`
}

// Soft marks rows as deleted instead of deleting them.
type Soft struct {
	DeletedAt sql.NullTime `db:"deleted_at" gen:"index"`
}

// Tenant is for rows that belong to one of several shops.
type Tenant struct {
	TenantID int64 `db:"tenant_id" gen:"default:1"`
}
