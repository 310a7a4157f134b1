package shoplite

import "example.com/shoplite/base"

// Brand makes products.
//
//gen:table brands
type Brand struct {
	base.ID
	Name    string  `db:"name" gen:"unique"`
	Code    *string `db:"code" gen:"unique"`
	Country *string `db:"country" gen:"check:length(country) = 2"`
}

// Category is a node of the tree.
//
//gen:table categories strict
//gen:unique (slug, parent_id)
type Category struct {
	base.ID
	ParentID *int64 `db:"parent_id" gen:"ref:Category;ondelete:cascade"`
	Slug     string `db:"slug" gen:"size:80"`
	Title    string `db:"title"`
	Position int32  `db:"position" gen:"default:0"`
}

// Product is what is sold.
//
//gen:table products
//gen:check products_price_positive (net_price >= 0)
//gen:index products_name_lower (lower(name), net_price desc)
type Product struct {
	base.ID
	base.Times
	TaxID     *int32   `db:"tax_id" gen:"ref:TaxClass;ondelete:restrict"`
	BrandID   *int64   `db:"brand_id" gen:"ref:Brand;ondelete:set null;index"`
	Name      string   `db:"name"`
	NetPrice  float64  `db:"net_price" gen:"type:real;default:0.0"`
	ListPrice *float64 `db:"list_price" gen:"type:numeric(12,2)"`
	Attrs     string   `db:"attrs" gen:"default:'{}';check:json_valid(attrs)"`
	State     string   `db:"state" gen:"default:'draft';check:state in ('draft', 'live', 'hidden', 'gone')"`
	Gross     *float64 `db:"gross" gen:"generated:net_price * 1.20;virtual"`
	Label     *string  `db:"label" gen:"generated:upper(name);virtual"`
}

// ProductCategory puts a product into a category.
//
//gen:table product_categories
//gen:pk (product_id, category_id)
type ProductCategory struct {
	ProductID  int64 `db:"product_id" gen:"ref:Product;ondelete:cascade;index"`
	CategoryID int64 `db:"category_id" gen:"ref:Category;ondelete:cascade"`
}

// Image is a picture of a product.
//
//gen:table pictures
//gen:unique index pictures_place (product_id, place)
type Image struct {
	base.ID
	ProductID int64   `db:"product_id" gen:"ref:Product;ondelete:cascade"`
	Place     int16   `db:"place"`
	Width     int32   `db:"width" gen:"default:100;check:width > 0"`
	URL       string  `db:"url"`
	Alt       *string `db:"alt"`
}

// Variant is a product in one size or colour.
//
//gen:table variants strict
//gen:index variants_open (product_id, sku) where active and pack > 1
type Variant struct {
	ID        int64  `db:"id" gen:"pk"`
	ProductID int64  `db:"product_id" gen:"ref:Product;ondelete:cascade"`
	SKU       string `db:"sku" gen:"unique:variants_sku"`
	Active    bool   `db:"active" gen:"type:integer;default:1"`
	Pack      int32  `db:"pack" gen:"default:1;check:pack > 0"`
}

// TaxClass is how much the state gets.
//
//gen:table tax_classes
type TaxClass struct {
	ID   int32   `db:"id" gen:"pk"`
	Name string  `db:"name" gen:"unique"`
	Rate float64 `db:"rate" gen:"default:19"`
}

// Campaign refers to brands by a key that is unique only since it exists.
//
//gen:table campaigns
type Campaign struct {
	base.ID
	BrandCode *string `db:"brand_code" gen:"ref:brands.code;onupdate:cascade;ondelete:cascade"`
	Slogan    string  `db:"slogan"`
}
