package shop

import (
	"time"

	"example.com/shop/base"
)

// OrderStatus is how far an order is.
//
//gen:enum sales.order_status
type OrderStatus string

const (
	OrderDraft OrderStatus = "draft"
	OrderNew   OrderStatus = "new"
	OrderPaid  OrderStatus = "paid"
	OrderSent  OrderStatus = "sent"
)

// Customer buys.
//
//gen:table sales.customers
type Customer struct {
	TenantID int64  `db:"tenant_id" gen:"pk"`
	ID       int64  `db:"id" gen:"pk;identity"`
	UserID   *int64 `db:"user_id" gen:"ref:User;ondelete:set null;unique"`
	Name     string `db:"name"`
	Tel      string `db:"tel" gen:"size:40;default:'?'"`
}

// Address is where a customer lives.
//
//gen:table sales.addresses
//gen:fk (tenant_id, customer_id) references sales.customers (tenant_id, id) on delete cascade
type Address struct {
	base.ID
	base.Tenant
	CustomerID int64  `db:"customer_id"`
	Street     string `db:"street"`
	City       string `db:"city"`
	Postcode   string `db:"postcode" gen:"size:12;index"`
	Country    string `db:"country" gen:"type:char(2);default:'DE'"`
}

// Order is what a customer wants.
//
//gen:table sales.orders
//gen:check orders_total_positive (total >= 0)
//gen:index orders_open (customer_id, created_at desc nulls last) include (total) where status = 'new'
//gen:fk (tenant_id, customer_id) references sales.customers (tenant_id, id) on delete cascade
//gen:unique (tenant_id, number)
type Order struct {
	base.ID
	base.Times
	base.Tenant
	CustomerID int64       `db:"customer_id"`
	Number     string      `db:"number" gen:"size:30"`
	Status     OrderStatus `db:"status" gen:"default:'new'"`
	Total      string      `db:"total" gen:"type:numeric(12,2);default:0"`
	ParcelID   *int64      `db:"parcel_id" gen:"ref:Shipment;deferrable"`
	CouponCode *string     `db:"coupon_code" gen:"ref:sales.coupons.code;onupdate:cascade;size:20"`
	Channel    string      `db:"channel" gen:"size:20;default:'web'"`
	Note       *string     `db:"note" gen:"comment:what the customer wrote"`
}

// OrderItem is a line of an order.
//
//gen:table sales.order_items
type OrderItem struct {
	ID        int64   `db:"id" gen:"pk;identity"`
	OrderID   int64   `db:"order_id" gen:"ref:Order;ondelete:cascade;unique:order_items_line"`
	Line      int16   `db:"line" gen:"unique:order_items_line"`
	VariantID int64   `db:"variant_id" gen:"ref:Variant;ondelete:restrict;index"`
	Quantity  int32   `db:"quantity" gen:"default:1;check:quantity > 0"`
	Price     string  `db:"price" gen:"type:numeric(10,2)"`
	Rebate    *string `db:"rebate" gen:"type:numeric(5,2)"`
}

// Shipment is a parcel; it knows its order, and the order its parcel.
//
//gen:table sales.parcels
type Shipment struct {
	base.ID
	OrderID int64      `db:"order_id" gen:"ref:Order;ondelete:cascade"`
	Carrier string     `db:"carrier" gen:"size:40;default:'post'"`
	Track   *string    `db:"track" gen:"index"`
	SentAt  *time.Time `db:"sent_at"`
}

// Payment is money that came in.
//
//gen:table sales.payments
type Payment struct {
	base.ID
	OrderID int64     `db:"order_id" gen:"ref:Order;ondelete:restrict;index"`
	Amount  string    `db:"amount" gen:"type:numeric(12,2);check:amount <> 0"`
	Method  PayMethod `db:"method" gen:"default:'card'"`
	Ref     *string   `db:"ref" gen:"index"`
	By      *int64    `db:"by" gen:"ref:User;fkname:payments_taken_by"`
	At      time.Time `db:"at" gen:"default:now()"`
}

// Invoice is a bill with a number of its own series.
//
//gen:table sales.invoices
type Invoice struct {
	Number  int64     `db:"number" gen:"pk;default:nextval('sales.invoice_no') + 0"`
	OrderID int64     `db:"order_id" gen:"ref:Order;unique"`
	Issued  time.Time `db:"issued" gen:"type:date;default:current_date"`
	PDF     []byte    `db:"pdf" gen:"null"`
}

// Coupon makes things cheaper.
//
//gen:table sales.coupons
type Coupon struct {
	Code    string     `db:"code" gen:"pk;size:20"`
	Percent int16      `db:"percent" gen:"type:numeric(4,1);default:10;check:percent > 0 and percent < 100"`
	Until   *time.Time `db:"until"`
}

// Cart is what somebody may buy.
//
//gen:table sales.carts unlogged
type Cart struct {
	base.ID
	UserID *int64 `db:"user_id" gen:"ref:User;ondelete:cascade"`
	Token  string `db:"token" gen:"unique;size:40"`
}

// CartItem is a line of a cart.
//
//gen:table sales.cart_items unlogged
type CartItem struct {
	CartID    int64 `db:"cart_id" gen:"pk;ref:Cart;ondelete:cascade"`
	VariantID int64 `db:"variant_id" gen:"pk;ref:Variant;ondelete:cascade"`
	Quantity  int32 `db:"quantity" gen:"default:1"`
}

// Refund is money that goes back.
//
//gen:table sales.refunds
type Refund struct {
	base.ID
	PaymentID int64       `db:"payment_id" gen:"ref:Payment;ondelete:restrict;index"`
	Amount    string      `db:"amount" gen:"type:numeric(12,2);check:amount > 0"`
	Was       OrderStatus `db:"was" gen:"default:'draft'"`
	Reason    *string     `db:"reason"`
}

// PayMethod is how somebody pays.
//
//gen:enum sales.pay_method
type PayMethod string

const (
	PayCard    PayMethod = "card"
	PayInvoice PayMethod = "invoice"
)
