//go:build gorm1.24 || gorm1.25.0

package main

import "gorm.io/gorm/schema"

// limited: names had 64 bytes at most, whatever the server.
func limited() schema.NamingStrategy { return schema.NamingStrategy{} }

// unique: the server names uniques.
func unique(schema.NamingStrategy, string) string { return "" }
