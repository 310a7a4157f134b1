// Package ent says which tables ent's schema.Create makes of the values that
// ent generates into migrate/schema.go.
//
//	made, problems := ent.Create([]*ent.Table{users, groups}, ent.Config{Dialect: "postgres"})
//
// The types are those of entgo.io/ent/dialect/sql/schema, as far as they
// decide about a database; the rules are those of version 0.14 and of the
// Atlas engine it creates tables with. Nothing is built or run: the caller
// reads the literals.
//
// The result is what stands between the parentheses of CREATE TABLE. What
// ent would fail at is a [Problem]; it is never guessed.
package ent
