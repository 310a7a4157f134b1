package shoplite

import (
	"time"

	"example.com/shoplite/base"
)

// Customer buys.
//
//gen:table customers
type Customer struct {
	TenantID int64  `db:"tenant_id" gen:"pk"`
	ID       int64  `db:"id" gen:"pk"`
	UserID   *int64 `db:"user_id" gen:"ref:User;ondelete:set null;unique"`
	Name     string `db:"name"`
	Phone    string `db:"phone" gen:"null;size:30"`
}

// Address is where a customer lives.
//
//gen:table addresses
//gen:fk (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade
type Address struct {
	base.ID
	TenantID   int64  `db:"tenant_id" gen:"default:1"`
	CustomerID int64  `db:"customer_id"`
	Street     string `db:"street"`
	Zip        string `db:"zip" gen:"size:12"`
}

// Order is what a customer wants.
//
//gen:table orders
//gen:check orders_total_positive (total >= 0)
//gen:index orders_open (customer_id, created_at desc) where status = 'new'
//gen:fk (tenant_id, customer_id) references customers (tenant_id, id) on delete restrict deferrable initially deferred
//gen:unique (tenant_id, number)
type Order struct {
	base.ID
	base.Times
	TenantID   int64   `db:"tenant_id" gen:"default:1"`
	CustomerID int64   `db:"customer_id"`
	Number     string  `db:"number" gen:"size:30"`
	Status     string  `db:"status" gen:"default:'new'"`
	Total      float64 `db:"total" gen:"type:numeric;default:0"`
	ShipTo     *int64  `db:"ship_to" gen:"ref:Address;ondelete:set null"`
	ShipmentID *int64  `db:"shipment_id" gen:"ref:Shipment;deferrable;deferred"`
	Channel    string  `db:"channel" gen:"default:'web'"`
	Memo       *string `db:"memo"`
}

// OrderItem is a line of an order.
//
//gen:table order_items
type OrderItem struct {
	OrderID   int64   `db:"order_id" gen:"pk;ref:Order;ondelete:cascade"`
	Line      int16   `db:"line" gen:"pk"`
	VariantID int64   `db:"variant_id" gen:"ref:Variant;ondelete:restrict;index"`
	Quantity  int32   `db:"quantity" gen:"default:1;check:quantity > 0"`
	Price     float64 `db:"price"`
}

// Shipment is a parcel; it knows its order, and the order its parcel.
//
//gen:table shipments
type Shipment struct {
	base.ID
	OrderID int64      `db:"order_id" gen:"ref:Order;ondelete:cascade"`
	Carrier string     `db:"carrier" gen:"default:'post'"`
	Track   *string    `db:"track" gen:"unique"`
	SentAt  *time.Time `db:"sent_at"`
}

// Payment is money that came in.
//
//gen:table payments
type Payment struct {
	base.ID
	OrderID int64   `db:"order_id" gen:"ref:Order;ondelete:restrict;index"`
	Amount  float64 `db:"amount" gen:"check:amount <> 0"`
	Method  string  `db:"method" gen:"default:'card'"`
}

// Coupon makes things cheaper.
//
//gen:table coupons
type Coupon struct {
	Code    string `db:"code" gen:"pk;size:20"`
	Percent int16  `db:"percent" gen:"default:10;check:percent > 0 and percent <= 100"`
}

// Supplier sells to us.
//
//gen:table suppliers
type Supplier struct {
	base.ID
	Name string `db:"name" gen:"unique"`
	Tier int32  `db:"tier" gen:"default:3;ref:tiers.id;ondelete:set default"`
}

// Tier is how much we like a supplier.
//
//gen:table tiers
type Tier struct {
	ID    int32  `db:"id" gen:"pk"`
	Title string `db:"title"`
}
