// Package edges has what real models do and the other packages have not.
package edges

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// All are the models in the order of AutoMigrate.
func All() []any {
	return []any{
		&Account{}, &Role{}, &AccountRole{}, &Invoice{}, &Line{}, &Audit{}, &Comment{}, &Post{}, &Video{}, &Wide{}, &Deep{}, &Node{}, &Self{},
		&Category{}, &Product{}, &Tenant{}, &Site{}, &Visit{}, &Settings{}, &Cart{}, &Item{}, &Late{}, Ünicode{}, &HasOnePoly{}, &Device{}, &Star{},
	}
}

type UUIDModel struct {
	ID        uuid.UUID `gorm:"type:varchar(36);primaryKey;default:(lower('x'));comment:key"`
	CreatedAt time.Time `gorm:"index;not null"`
	UpdatedAt time.Time
	DeletedAt gorm.DeletedAt `gorm:"index:idx_deleted_of_it"`
}

type Account struct {
	UUIDModel `gorm:"embedded"`
	Email     string `gorm:"uniqueIndex:uq_mail_tenant;size:191;not null"`
	Tenant    string `gorm:"uniqueIndex:uq_mail_tenant;size:64;not null;default:main"`
	Roles     []Role `gorm:"many2many:account_roles"`
	Invoices  []*Invoice
}

type Role struct {
	ID       uint      `gorm:"primarykey;column:role_id"`
	Name     string    `gorm:"unique;size:20"`
	Accounts []Account `gorm:"many2many:account_roles;"`
}

// AccountRole is an explicit model of the join table, and the later one.
type AccountRole struct {
	AccountID string `gorm:"primaryKey;size:36"`
	RoleID    uint   `gorm:"primaryKey"`
	Since     time.Time
}

type Money struct {
	Amount   int64  `gorm:"not null;default:0"`
	Currency string `gorm:"size:3;not null;default:EUR"`
}

type Invoice struct {
	ID        int64
	AccountID string
	Account   *Account `gorm:"constraint:OnDelete:CASCADE"`
	Total     Money    `gorm:"embedded;embeddedPrefix:total_"`
	Tax       *Money   `gorm:"embedded;embeddedPrefix:tax_"`
	Lines     []Line   `gorm:"foreignKey:InvoiceNo;references:Number"`
	Number    string   `gorm:"size:24;uniqueIndex"`
	State     string   `gorm:"type:varchar(12);default:'open';check:state_check,state IN ('open','paid')"`
}

type Line struct {
	ID        int64
	InvoiceNo string
	Pos       int16  `gorm:"index:idx_line_pos,priority:1"`
	Text      string `gorm:"index:idx_line_pos,priority:2,expression:substr(text\\,1\\,3)"`
}

// Audit has a relation in an embedded struct.
type Audit struct {
	ID int
	By
}

type By struct {
	ActorID string `gorm:"size:36"`
	Actor   *Account
}

type Comment struct {
	ID        int
	OwnerID   int64
	OwnerType string `gorm:"size:10;index"`
}

type Post struct {
	ID       uint16
	Comments []Comment `gorm:"polymorphic:Owner;"`
}

type Video struct {
	ID       string    `gorm:"size:11"`
	Comments []Comment `gorm:"polymorphic:Owner;polymorphicValue:film"`
}

type Wide struct {
	gorm.Model
	Score   float32    `gorm:"type:decimal(5,1);default:0.5;not null"`
	Flag    *bool      `gorm:"not null;default:true;index:,where:flag = true"`
	Note    *string    `gorm:"type:text;default:null"`
	Counter uint64     `gorm:"not null;default:0"`
	At      *time.Time `gorm:"default:CURRENT_TIMESTAMP;not null"`
	Precise time.Time  `gorm:"precision:3"`
}

type L3 struct {
	Leaf string `gorm:"index;column:lf"`
}
type L2 struct {
	L3 `gorm:"embeddedPrefix:c_"`
	P  *L3 `gorm:"embedded;embeddedPrefix:p_"`
}
type L1 struct {
	L2 L2 `gorm:"embedded;embeddedPrefix:b_"`
}

type Deep struct {
	ID int
	L1 L1 `gorm:"embedded;embeddedPrefix:a_"`
}

type Node struct {
	Path     string  `gorm:"primaryKey;size:100"`
	ParentID *string `gorm:"size:50"`
	Parent   *Node   `gorm:"foreignKey:ParentID;constraint:OnDelete:SET NULL"`
	Links    []*Node `gorm:"many2many:node_links;joinForeignKey:FromPath;joinReferences:ToPath"`
}

type Self struct {
	ID     int
	SelfID int
	Others []Self
}

type Category struct {
	ID       int
	Name     string
	Products []*Product `gorm:"many2many:CategoryProduct;constraint:OnUpdate:CASCADE,OnDelete:CASCADE"`
}

type Product struct {
	Code       string `gorm:"primaryKey"`
	Version    int    `gorm:"primaryKey"`
	CategoryID *int
	Category   *Category
}

type Tenant struct {
	ID    int    `gorm:"primaryKey;autoIncrement:false"`
	Slug  string `gorm:"primaryKey;size:40"`
	Sites []Site `gorm:"foreignKey:TenantID,TenantSlug"`
}

type Site struct {
	ID         int
	TenantID   int
	TenantSlug string
	Tenant     *Tenant `gorm:"foreignKey:TenantID,TenantSlug;references:ID,Slug"`
}

type Visit struct {
	SiteID int       `gorm:"primaryKey;autoIncrement:false"`
	Day    time.Time `gorm:"primaryKey;type:date"`
	Site   Site      `gorm:"constraint:visit_site_fk,OnUpdate:CASCADE"`
	Hits   int       `gorm:"default:1"`
}

// Settings has one of each way not to be a column.
type Settings struct {
	AccountID string         `gorm:"primaryKey;size:36"`
	Account   *Account       `gorm:"foreignKey:AccountID;references:ID"`
	Cache     map[string]any `gorm:"-"`
	Listener  chan int       `gorm:"-:all"`
	Theme     string         `gorm:"->;<-:create;default:dark"`
}

type Cart struct {
	ID    int
	Items []Item `gorm:"foreignKey:Basket"`
}

type Item struct {
	ID     int
	Basket int64
}

type Late struct {
	Number int `gorm:"column:no;primaryKey;autoIncrement"`
	Other  int `gorm:"primaryKey"`
}

type Ünicode struct {
	ID    int
	Größe string `gorm:"index"`
}

type Device struct {
	ID   int
	Star *Star `gorm:"polymorphic:On"`
}

type HasOnePoly struct {
	ID   uint32
	Star Star `gorm:"polymorphic:On;polymorphicType:OnType;polymorphicId:OnID"`
}

type Star struct {
	ID     int
	OnID   uint8
	OnType string
}
