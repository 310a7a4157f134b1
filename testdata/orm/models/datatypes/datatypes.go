// Package datatypes has the types that gorm.io/datatypes got after 1.1.
package datatypes

import "gorm.io/datatypes"

// All are the models in the order of AutoMigrate.
func All() []any { return []any{&Datatypes{}} }

type Datatypes struct {
	ID int
	S  datatypes.JSONSlice[string]
	U  datatypes.UUID
	B  datatypes.BinUUID
	N  datatypes.Null[int32]
}
