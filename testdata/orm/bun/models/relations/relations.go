// Package relations has relations and the foreign keys that follow from them.
package relations

import "github.com/uptrace/bun"

// Junctions are the models that m2m: names.
func Junctions() []any { return []any{(*OrderToItem)(nil), (*Friendship)(nil), (*Loose)(nil)} }

// All are the models in the order in which they are created.
func All() []any {
	return []any{
		(*Country)(nil), (*Profile)(nil), (*User)(nil), (*Post)(nil), (*Comment)(nil), (*Category)(nil), (*Item)(nil), (*Order)(nil),
		(*OrderToItem)(nil), (*Friend)(nil), (*Friendship)(nil), (*Part)(nil), (*Loose)(nil), (*Tenant)(nil), (*Account)(nil), (*Entry)(nil),
		(*Audited)(nil), (*Own)(nil),
	}
}

type Country struct {
	ID    int64  `bun:",pk,autoincrement"`
	Code  string `bun:",unique"`
	Users []User `bun:"rel:has-many,join:id=country_id"`
}

type Profile struct {
	ID     int64 `bun:",pk,autoincrement"`
	Lang   string
	UserID int64
}

// User belongs to, has one that it refers to, and has one that refers to it.
type User struct {
	bun.BaseModel `bun:"table:users,alias:u"`

	ID        int64 `bun:",pk,autoincrement"`
	CountryID int64
	Country   *Country `bun:"rel:belongs-to"`
	Code      string
	ByCode    *Country `bun:"rel:belongs-to,join:code=code,on_delete:set null,on_update:cascade"`
	ProfileID int64
	Profile   *Profile `bun:"rel:has-one,join:profile_id=id,on_delete:CASCADE"`
	Posts     []*Post  `bun:"rel:has-many,join:id=author_id"`
}

type Post struct {
	ID       int64     `bun:",pk,autoincrement"`
	AuthorID int64     `bun:",nullzero"`
	Author   *User     `bun:"rel:belongs-to,join:author_id=id,on_delete:cascade"`
	Comments []Comment `bun:"rel:has-many,join:id=trackable_id,join:type=trackable_type,polymorphic"`
}

type Comment struct {
	ID            int64 `bun:",pk"`
	TrackableID   int64
	TrackableType string
}

// Category refers to itself.
type Category struct {
	ID       int64 `bun:",pk,autoincrement"`
	ParentID int64
	Parent   *Category   `bun:"rel:belongs-to,join:parent_id=id"`
	Children []*Category `bun:"rel:has-many,join:id=parent_id"`
}

type Order struct {
	ID    int64  `bun:",pk"`
	Items []Item `bun:"m2m:order_to_items,join:Order=Item"`
}

type Item struct {
	ID     int64   `bun:",pk"`
	Orders []Order `bun:"m2m:order_to_items"`
}

// OrderToItem is a junction: its keys refer to others.
type OrderToItem struct {
	OrderID int64  `bun:",pk"`
	Order   *Order `bun:"rel:belongs-to,join:order_id=id"`
	ItemID  int64  `bun:",pk"`
	Item    *Item  `bun:"rel:belongs-to,join:item_id=id"`
}

type Friend struct {
	ID      int64    `bun:",pk"`
	Friends []Friend `bun:"m2m:friendships,join:From=To"`
}

type Friendship struct {
	FromID int64   `bun:",pk"`
	From   *Friend `bun:"rel:belongs-to,join:from_id=id,on_delete:cascade"`
	ToID   int64   `bun:",pk"`
	To     *Friend `bun:"rel:belongs-to,join:to_id=id"`
}

// Loose is a junction without a key.
type Loose struct {
	bun.BaseModel `bun:"table:loose"`

	PartID int64
	Part   *Part `bun:"rel:belongs-to"`
	ItemID int64
	Item   *Item `bun:"rel:belongs-to,join:item_id=id"`
}

type Part struct {
	ID    int64  `bun:",pk"`
	Items []Item `bun:"m2m:loose,join:Part=Item"`
}

type Tenant struct {
	Aa int64 `bun:",pk"`
	Bb int64 `bun:",pk"`
}

// Account refers to two columns by their names.
type Account struct {
	ID       int64 `bun:",pk"`
	OwnerAa  int64
	OwnerBb  int64
	Owner    *Tenant `bun:"rel:belongs-to"`
	Other    *Tenant `bun:"rel:belongs-to,join:owner_bb=aa,join:owner_aa=bb"`
	TenantAa int64
	Bb       int64
	Tenant   *Tenant `bun:"rel:belongs-to"`
}

// Entry has a key that refers to another: no junction, so from 1.2.10 on no
// foreign key.
type Entry struct {
	ID      int64    `bun:",pk"`
	Account *Account `bun:"rel:belongs-to,join:id=id"`
}

// Audit holds relations of those that embed it.
type Audit struct {
	CreatedByID int64
	CreatedBy   *User `bun:"rel:belongs-to,join:created_by_id=id,on_delete:restrict"`
}

type Audited struct {
	ID int64 `bun:",pk"`
	Audit
}

// Own has its columns by their names alone.
type Own struct {
	ID     int64 `bun:",pk"`
	UserID int64
	User   *User `bun:"rel:belongs-to"`
}
