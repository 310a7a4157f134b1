package shop

import (
	"encoding/json"

	"example.com/shop/base"
)

// ProductState is whether a product is on sale.
//
//gen:enum catalog.product_state
type ProductState string

const (
	ProductDraft  ProductState = "draft"
	ProductLive   ProductState = "live"
	ProductHidden ProductState = "hidden"
	ProductGone   ProductState = "gone"
)

// Brand makes products.
//
//gen:table catalog.brands
type Brand struct {
	base.ID
	Name    string  `db:"name" gen:"unique"`
	Country *string `db:"country" gen:"size:2"`
	Code    *string `db:"code" gen:"size:12;unique"`
}

// Category is a node of the tree.
//
//gen:table catalog.categories
//gen:unique (parent_id, slug)
type Category struct {
	base.ID
	ParentID *int64 `db:"parent_id" gen:"ref:Category;ondelete:cascade"`
	Slug     string `db:"slug" gen:"size:80;check:slug ~ '^[a-z0-9-]+$'"`
	Title    string `db:"title"`
	Position int32  `db:"position" gen:"default:0"`
}

// Product is what is sold.
//
//gen:table catalog.products
//gen:index using gin (search)
//gen:index products_name_lower (lower(name) collate "POSIX", net_price desc)
//gen:check products_price_positive (net_price >= 0)
type Product struct {
	base.ID
	base.Times
	TaxID     *int32          `db:"tax_id" gen:"ref:TaxClass;ondelete:restrict"`
	BrandID   *int64          `db:"brand_id" gen:"ref:Brand;ondelete:set null;index"`
	Name      string          `db:"name"`
	NetPrice  string          `db:"net_price" gen:"type:numeric(12,2);default:0"`
	ListPrice *string         `db:"list_price" gen:"type:numeric(12,2)"`
	Tags      []string        `db:"tags" gen:"default:'{}'"`
	Attrs     json.RawMessage `db:"attrs" gen:"type:jsonb;default:'{}';index:using=gin,opclass=jsonb_ops"`
	Search    string          `db:"search" gen:"type:tsvector;generated:to_tsvector('simple', name)"`
	Weight    float64         `db:"weight" gen:"default:1.5"`
	Flags     string          `db:"flags" gen:"type:varbit(8);default:B'0000'"`
	State     ProductState    `db:"state" gen:"default:'draft';index:products_live,where=state = 'live'"`
}

// ProductCategory puts a product into a category.
//
//gen:table catalog.product_categories
//gen:pk (category_id, product_id)
type ProductCategory struct {
	ProductID  int64 `db:"product_id" gen:"ref:Product;ondelete:cascade;index"`
	CategoryID int64 `db:"category_id" gen:"ref:Category;ondelete:cascade"`
}

// Image is a picture of a product.
//
//gen:table catalog.pictures
//gen:unique index pictures_place (product_id, place)
type Image struct {
	base.ID
	ProductID int64   `db:"product_id" gen:"ref:Product;ondelete:cascade"`
	Place     int16   `db:"place"`
	URL       string  `db:"url"`
	Alt       *string `db:"alt"`
	Bytes     []byte  `db:"bytes" gen:"null;storage:external"`
}

// Variant is a product in one size or colour.
//
//gen:table catalog.variants
//gen:unique variants_sku (sku) include (active) deferrable
//gen:index variants_open (product_id, created_at desc nulls last) include (sku, bundle) where active and bundle > 1
type Variant struct {
	base.ID
	base.Times
	ProductID int64  `db:"product_id" gen:"ref:Product;ondelete:cascade"`
	SKU       string `db:"sku" gen:"size:64"`
	Active    bool   `db:"active" gen:"default:true"`
	Bundle    int64  `db:"bundle" gen:"default:1;check:bundle > 0"`
	Total     int64  `db:"total" gen:"generated:bundle * 12"`
}

// Price is what a variant costs for some time.
//
//gen:table catalog.prices
//gen:exclude prices_no_overlap using gist (variant_id with =, currency with =, valid with &&) where (not cancelled)
type Price struct {
	base.ID
	VariantID int64  `db:"variant_id" gen:"ref:Variant;ondelete:cascade"`
	Currency  string `db:"currency" gen:"type:char(3);default:'EUR'"`
	Amount    string `db:"amount" gen:"type:numeric(12,4)"`
	Valid     string `db:"valid" gen:"type:tsrange"`
	Cancelled bool   `db:"cancelled" gen:"default:false"`
}

// Attribute is something that products have.
//
//gen:table catalog.attributes
type Attribute struct {
	base.ID
	Code string  `db:"code" gen:"unique:attributes_code_key"`
	Kind string  `db:"kind" gen:"default:'text'"`
	Unit *string `db:"unit" gen:"size:16"`
}

// AttributeValue is what one product has.
//
//gen:table catalog.attribute_values
type AttributeValue struct {
	ProductID   int64    `db:"product_id" gen:"pk;ref:Product;ondelete:cascade"`
	AttributeID int64    `db:"attribute_id" gen:"pk;ref:Attribute;ondelete:restrict"`
	Kinds       []string `db:"kinds" gen:"null"`
	Value       string   `db:"value"`
}

// TaxClass is how much the state gets.
//
//gen:table catalog.tax_classes
type TaxClass struct {
	ID   int32  `db:"id" gen:"pk;identity:start=10,increment=5"`
	Name string `db:"name" gen:"unique"`
	Rate string `db:"rate" gen:"type:numeric(5,2);default:19"`
}

// Campaign refers to brands by a key that is unique only since it exists.
//
//gen:table catalog.campaigns
type Campaign struct {
	base.ID
	BrandCode *string `db:"brand_code" gen:"ref:catalog.brands.code;onupdate:cascade;ondelete:cascade;size:12"`
	Slogan    string  `db:"slogan"`
}

// Review is what somebody thinks.
//
//gen:table catalog.reviews
//gen:unique (product_id, user_id) include (stars)
type Review struct {
	base.ID
	base.Times
	ProductID int64   `db:"product_id" gen:"ref:Product;ondelete:cascade"`
	UserID    int64   `db:"user_id" gen:"ref:User;ondelete:cascade"`
	Stars     int16   `db:"stars" gen:"check:stars between 1 and 5"`
	Text      *string `db:"text"`
}
