//go:build !gorm1.24 && !gorm1.25.0 && !gorm1.25.12

package main

import (
	"github.com/gen-migrate/gen/testdata/orm/models/datatypes"
	"github.com/gen-migrate/gen/testdata/orm/models/late"
)

// What only the newest GORM and its drivers can do.
func init() {
	suites["datatypes"] = datatypes.All
	suites["late"] = late.All
}
