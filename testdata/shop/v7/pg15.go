//go:build pg15

package shop

import "example.com/shop/base"

// Seat is at most one per place, empty places included; its holder goes but
// the shop stays.
//
//gen:table seats
//gen:unique seats_place (tenant_id, place) nulls not distinct
//gen:unique index seats_code (code) where place is not null
//gen:fk (tenant_id, customer_id) references sales.customers (tenant_id, id) on delete set null
type Seat struct {
	base.ID
	base.Tenant
	Place      *string `db:"place"`
	Notes      string  `db:"notes" gen:"default:'';comment:long"`
	Code       *string `db:"code"`
	CustomerID *int64  `db:"customer_id"`
}
