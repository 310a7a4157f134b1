// Package late has what releases of GORM before the newest refuse, panic at or
// make a wrong statement of. Package gorm's version.go says which.
package late

// All are the models in the order of AutoMigrate.
func All() []any { return []any{&Texts{}, &Pet{}, &Toy{}, &Author{}, &Book{}} }

type Texts struct {
	ID      int
	Big     string `gorm:"size:10485761"`
	Both    string `gorm:"default:'it''s'"`
	Slash   string `gorm:"default:a\\"`
	Escaped string `gorm:"default:say \\\"so\\\""`
	Comment string `gorm:"comment:it's 'so';index:idx_beside,option:concurrently"`
	Check   int    `gorm:"check:chk_2,\"check\" > 2"`
}

type Pet struct {
	ID  uint
	Toy Toy `gorm:"polymorphicType:OwnerType;polymorphicId:OwnerID;polymorphicValue:pets"`
}

type Toy struct {
	ID        int
	OwnerID   string
	OwnerType string
}

// Author and Book: a key is named as the naming strategy would name it, and
// has another name itself.
type Author struct {
	ID    int
	Books []Book `gorm:"foreignKey:WriterID;constraint:fk_2,OnDelete:CASCADE"`
}

type Book struct {
	ID     int
	Writer int `gorm:"column:writer_id"`
}
