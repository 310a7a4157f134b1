package shop

import (
	"time"

	"example.com/shop/base"
)

// Warehouse holds goods.
//
//gen:table stock.warehouses
type Warehouse struct {
	base.ID
	Code string  `db:"code" gen:"size:10;unique"`
	Spot *string `db:"spot" gen:"type:point"`
	Main *int64  `db:"main_bin_id" gen:"ref:stock.bins.id;ondelete:set null"`
}

// Bin is a place in a warehouse.
//
//gen:table stock.bins
//gen:unique bins_code (code, warehouse_id)
type Bin struct {
	base.ID
	WarehouseID int64  `db:"warehouse_id" gen:"ref:Warehouse;ondelete:cascade"`
	Code        string `db:"code" gen:"size:20"`
	Depth       int16  `db:"depth" gen:"default:100;check:depth > 0"`
}

// Level is how much of a variant lies in a bin.
//
//gen:table stock.levels
type Level struct {
	BinID     int64 `db:"bin_id" gen:"pk;ref:Bin;ondelete:cascade"`
	VariantID int64 `db:"variant_id" gen:"pk;ref:Variant;ondelete:restrict"`
	Quantity  int32 `db:"quantity" gen:"default:0;check:quantity >= 0"`
	Reserved  int32 `db:"reserved" gen:"default:0"`
}

// Move takes goods from one bin to another.
//
//gen:table stock.moves
//gen:check moves_somewhere (origin is distinct from to_bin)
//gen:fk moves_origin_fk (origin) references stock.bins (id) on delete cascade
//gen:fk moves_to_fk (to_bin) references stock.bins (id) on delete set null
type Move struct {
	base.ID
	Origin    *int64    `db:"origin" gen:"was:from_bin"`
	ToBin     *int64    `db:"to_bin"`
	VariantID int64     `db:"variant_id" gen:"ref:Variant;ondelete:restrict"`
	Quantity  int32     `db:"quantity"`
	At        time.Time `db:"at" gen:"default:now();index:using=brin"`
}

// Supplier sells to us.
//
//gen:table stock.suppliers
type Supplier struct {
	base.ID
	Name string  `db:"name" gen:"unique"`
	Mail *string `db:"mail" gen:"unique"`
	Lead int32   `db:"lead" gen:"default:7;comment:days until goods arrive"`
	Tier int32   `db:"tier" gen:"default:3;ref:stock.tiers.id;ondelete:set default"`
}

// Tier is how much we like a supplier.
//
//gen:table stock.tiers
type Tier struct {
	ID    int32  `db:"id" gen:"pk"`
	Title string `db:"title"`
}

// Purchase is an order of ours.
//
//gen:table stock.purchase_orders
//gen:was stock.purchases
type Purchase struct {
	ID         int64     `db:"id" gen:"serial;pk"`
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
	Cost       string `db:"cost" gen:"type:numeric(10,4)"`
}
