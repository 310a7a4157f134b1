//go:build !gorm1.24 && !gorm1.25.0

package main

import "gorm.io/gorm/schema"

func limited() schema.NamingStrategy { return schema.NamingStrategy{IdentifierMaxLength: 63} }

func unique(n schema.NamingStrategy, column string) string { return n.UniqueName("table", column) }
