package shop

import (
	"time"

	"example.com/shop/base"
)

// Supplier sells to us.
//
//gen:table stock.suppliers
type Supplier struct {
	base.ID
	Name string  `db:"name" gen:"unique"`
	Mail *string `db:"mail" gen:"unique"`
	Lead int32   `db:"lead" gen:"default:7;comment:days until goods arrive"`
	Tier int64   `db:"tier" gen:"default:3;ref:stock.tiers.id;ondelete:set default"`
}

// Tier is how much we like a supplier.
//
//gen:table stock.tiers
type Tier struct {
	ID    int64  `db:"id" gen:"pk"`
	Title string `db:"title"`
}

// Purchase is an order of ours.
//
//gen:table stock.purchase_orders
type Purchase struct {
	ID         int64     `db:"id" gen:"identity;pk"`
	SupplierID int64     `db:"supplier_id" gen:"ref:Supplier;ondelete:restrict;index"`
	Ordered    time.Time `db:"ordered" gen:"type:date;default:current_date"`
	Code       string    `db:"code" gen:"default:'-'"`
}

// PurchaseLine is a line of it.
//
//gen:table stock.purchase_lines
type PurchaseLine struct {
	PurchaseID int64  `db:"purchase_id" gen:"pk;ref:Purchase;ondelete:cascade"`
	Line       int32  `db:"line" gen:"pk"`
	VariantID  int64  `db:"variant_id" gen:"ref:Variant"`
	Cost       string `db:"cost" gen:"type:numeric(10,2)"`
}

// Ring is the first of three tables that need each other.
//
//gen:table stock.ring_a
type Ring struct {
	ID   int64  `db:"id" gen:"pk"`
	Next *int64 `db:"next" gen:"ref:stock.ring_b.id"`
}

// RingB is the second.
//
//gen:table stock.ring_b
type RingB struct {
	ID   int64  `db:"id" gen:"pk"`
	Next *int64 `db:"next" gen:"ref:Ring;ondelete:set null"`
}
