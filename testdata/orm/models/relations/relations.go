// Package relations has models for each rule about relations.
package relations

import "gorm.io/gorm"

// All are the models in the order of AutoMigrate.
func All() []any {
	return []any{
		&User{}, &Company{}, &Profile{}, &Order{}, &Toy{}, &Employee{}, &Team{}, &Member{}, &Citizen{}, &Passport{},
		&Language{}, &Person{}, &Student{}, &Course{}, &CompositeParent{}, &CompositeChild{}, &Token{}, &Holder{}, &Tree{}, &NoKey{}, &Small{}, &SmallRef{},
		&Actions{}, &Bag{}, &Article{}, &Owner{}, &Wallet{}, &Kept{}, &Reader{}, &Membership{}, &Club{}, &Sender{},
	}
}

type Company struct {
	ID   string `gorm:"type:char(8);primaryKey"`
	Name string
}

// User: belongs to, has one, has many, many to many.
type User struct {
	gorm.Model
	CompanyID string
	Company   Company
	Profile   Profile
	Orders    []Order     `gorm:"constraint:OnUpdate:CASCADE,OnDelete:SET NULL;"`
	Toys      []Toy       `gorm:"polymorphic:Owner"`
	Speaks    []*Language `gorm:"many2many:user_languages;constraint:OnDelete:CASCADE"`
	Friends   []*User     `gorm:"many2many:user_friends"`
	ManagerID *uint
	Manager   *User
	Reports   []User `gorm:"foreignKey:ManagerID"`
}

type Profile struct {
	ID     int
	UserID int32
}

type Order struct {
	ID     int
	UserID uint
	User   *User
}

type Toy struct {
	ID        int
	OwnerID   string
	OwnerType string
}

type Language struct {
	Code string `gorm:"primaryKey;size:8"`
	Name string
}

// Employee: references another column, a named constraint.
type Employee struct {
	ID      int
	TeamTag string `gorm:"size:12"`
	Team    Team   `gorm:"foreignKey:TeamTag;references:Tag;constraint:fk_my_team,OnDelete:CASCADE"`
}

type Team struct {
	ID      int
	Tag     string `gorm:"unique;size:16"`
	Members []Member
}

// Member: both sides are declared.
type Member struct {
	ID     int
	TeamID int
	Team   Team `gorm:"constraint:OnDelete:CASCADE"`
}

// Citizen and Passport: a struct field is has-one first.
type Citizen struct {
	ID       int
	Passport Passport
}

type Passport struct {
	ID        int
	CitizenID int16
}

type Person struct {
	ID   int
	Tags []Tag `gorm:"many2many:person_tags;foreignKey:ID;joinForeignKey:PersonRef;references:Slug;joinReferences:TagSlug"`
}

// Tag is not in the list: the join table brings it along.
type Tag struct {
	ID   int
	Slug string `gorm:"uniqueIndex;size:50"`
}

type Student struct {
	ID      uint
	Courses []Course `gorm:"many2many:Enrollment"`
}

type Course struct {
	ID       uint
	Students []Student `gorm:"many2many:Enrollment"`
}

type CompositeParent struct {
	A        int              `gorm:"primaryKey;autoIncrement:false"`
	B        string           `gorm:"primaryKey;size:30"`
	Children []CompositeChild `gorm:"foreignKey:ParentA,ParentB;references:A,B"`
}

type CompositeChild struct {
	ID      int
	ParentA int
	ParentB string
}

// Token: a string takes the type of the key it refers to.
type Token struct {
	ID       int
	HolderID string
	Holder   Holder
}

type Holder struct {
	ID string `gorm:"type:varchar(36);primaryKey"`
}

type Tree struct {
	ID       int
	ParentID *int
	Parent   *Tree
	Children []Tree `gorm:"foreignKey:ParentID"`
}

type NoKey struct {
	ID        int
	CompanyID string
	Company   Company `gorm:"constraint:-"`
}

type Small struct{ ID uint16 }

type SmallRef struct {
	ID      int
	SmallID int16
	Small   Small
	OtherID int64
	Other   Small
}

type Actions struct {
	ID      int
	UserID  uint
	User    User `gorm:"constraint:OnUpdate:RESTRICT,OnDelete:set null"`
	SmallID uint16
	Small   *Small `gorm:"belongsTo:x;constraint:OnDelete:NO ACTION"`
}

type Refs struct {
	SmallID uint16
	Small   Small
}

// Bag: a relation within an embedded struct.
type Bag struct {
	ID int
	Refs
	Far Refs `gorm:"embedded;embeddedPrefix:far_"`
}

// Article names keys by column.
type Article struct {
	ID       int
	WriterNo uint  `gorm:"column:writer"`
	Author   *User `gorm:"foreignKey:writer;references:id"`
}

type Wallet struct {
	ID      int
	OwnerID int
}

type Owner struct {
	ID     int
	Wallet *Wallet `gorm:"foreignKey:OwnerID;constraint:OnDelete:CASCADE"`
	Extra  []Kept  `gorm:"-:migration"`
}

type Kept struct {
	ID      int
	OwnerID int
}

// Reader and Book: both sides name the join table; what the side that is read
// first says of its constraints is lost.
type Reader struct {
	ID    int
	Books []Book `gorm:"many2many:reader_books;constraint:OnDelete:CASCADE"`
}

type Book struct {
	ISBN    string   `gorm:"primaryKey;size:13"`
	Readers []Reader `gorm:"many2many:reader_books"`
}

// Membership is a model of the join table that the relation of Club, which is
// read later, takes the place of.
type Membership struct {
	ClubID  int `gorm:"primaryKey"`
	GuestID int `gorm:"primaryKey"`
	Since   int
}

type Club struct {
	ID     int
	Guests []Guest `gorm:"many2many:memberships"`
}

type Guest struct{ ID int }

// Sender: a struct field is has-one where the other struct has such a key, even
// if it was meant the other way.
type Sender struct {
	ID       int
	LetterID int
	Letter   Letter
}

type Letter struct {
	ID       int
	SenderID int
}
