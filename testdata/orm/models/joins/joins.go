// Package joins has join tables that are models of their own.
package joins

import (
	"time"

	"gorm.io/gorm"
)

// All are the models in the order of AutoMigrate.
func All() []any { return []any{&User{}, &Language{}} }

// Setup is called before AutoMigrate.
func Setup(db *gorm.DB) error {
	if err := db.SetupJoinTable(&User{}, "Languages", &Spoken{}); err != nil {
		return err
	}
	return db.SetupJoinTable(&User{}, "Friends", &Friendship{})
}

type User struct {
	ID        uint
	Languages []Language `gorm:"many2many:user_languages;constraint:OnDelete:CASCADE"`
	Friends   []*User    `gorm:"many2many:friendships"`
}

type Language struct {
	Code string `gorm:"primaryKey;size:8"`
}

type Spoken struct {
	UserID       int    `gorm:"primaryKey"`
	LanguageCode string `gorm:"primaryKey"`
	Since        time.Time
}

func (Spoken) TableName() string { return "spoken_languages" }

// Friendship declares one of its relations itself.
type Friendship struct {
	UserID   int64 `gorm:"primaryKey"`
	FriendID int64 `gorm:"primaryKey"`
	User     User  `gorm:"constraint:OnDelete:RESTRICT"`
	Note     string
}
