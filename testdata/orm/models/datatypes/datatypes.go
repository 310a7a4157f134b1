// Package datatypes has the types that gorm.io/datatypes got after 1.1, and
// those of the soft delete plugin.
package datatypes

import (
	"gorm.io/datatypes"
	"gorm.io/plugin/soft_delete"
)

// All are the models in the order of AutoMigrate.
func All() []any { return []any{&Datatypes{}, &Soft{}} }

type Datatypes struct {
	ID int
	S  datatypes.JSONSlice[string]
	U  datatypes.UUID
	B  datatypes.BinUUID
	N  datatypes.Null[int32]
}

type Soft struct {
	ID   int
	Time soft_delete.DeletedAt
	Flag soft_delete.DeletedAt `gorm:"softDelete:flag"`
	Uniq soft_delete.DeletedAt `gorm:"uniqueIndex:idx_soft"`
}
