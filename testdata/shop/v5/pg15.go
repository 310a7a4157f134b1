//go:build pg15

package shop

import "example.com/shop/base"

// Seat is at most one per place, empty places included; its holder goes but
// the shop stays.
//
//gen:table seats
//gen:unique seats_place (tenant_id, place)
//gen:unique index seats_code (code) nulls not distinct where place is not null
//gen:fk (tenant_id, customer_id) references sales.customers (tenant_id, id) on delete set null
type Seat struct {
	base.ID
	base.Tenant
	Place      *string `db:"place"`
	Notes      string  `db:"notes" gen:"default:'';compression:pglz"`
	Code       *string `db:"code"`
	CustomerID *int64  `db:"customer_id"`
}
