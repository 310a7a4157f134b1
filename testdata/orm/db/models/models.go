// Package models has structs with db tags, whose columns gen tags complete.
package models

import "time"

// Base is embedded.
type Base struct {
	ID        int64     `db:"id" gen:"pk;identity@pg"`
	CreatedAt time.Time `gen:"default:CURRENT_TIMESTAMP"`
}

// Stamps is embedded by way of a pointer.
type Stamps struct {
	DeletedAt *time.Time `db:"gone_at"`
	EditedBy  *string
}

type inner struct {
	UserID   *int64
	HTTPPort *int32
}

// Row has names of all kinds: scany and pgx read it.
//
//gen:table rows
type Row struct {
	Base
	inner
	Tagged      *string `db:"the_name"`
	Comma       *string `db:"with_comma,omitempty"`
	Skipped     string  `db:"-"`
	OAuth2Token *string
	XMLHTTPReq  *string
	ABTest      *string
	Note        string `db:"note" gen:"default:'none'"`
	hidden      string
}

func (r Row) use() string { return r.hidden }

// PointerRow embeds a pointer, which pgx does not follow.
//
//gen:table pointer_rows
type PointerRow struct {
	Base
	*Stamps
	Name *string `db:"name"`
}
