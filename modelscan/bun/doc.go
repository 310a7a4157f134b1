// Package bun says which tables bun's CreateTable makes for Go structs.
//
//	tables, problems := bun.Create([]*bun.Type{user, post}, bun.Config{Dialect: "postgres"})
//
// It follows github.com/uptrace/bun (packages schema and the dialects, and the
// query that creates tables) step by step, surprises included, on values that
// describe Go types as package reflect would: a [Type] has kind, name, fields
// and tags. bun asks no methods, so nothing else is needed. Nothing is built
// or run. The [Version] decides where releases differ.
//
// The result is what bun writes between the parentheses of CREATE TABLE: a
// column is its name and the SQL text behind it. Reading that text is left to
// the caller.
//
// What bun would panic at, and what the database would refuse, is a [Problem]
// with the field it is about; it is never guessed.
package bun
