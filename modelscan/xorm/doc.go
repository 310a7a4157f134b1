// Package xorm says which tables xorm's Sync creates for Go structs.
//
//	tables, problems := xorm.Sync([]*xorm.Type{user, issue}, xorm.Config{Dialect: "postgres"})
//
// It follows xorm.io/xorm (tags, names, schemas, dialects) step by step,
// surprises included, on values that describe Go types as package reflect
// would. Nothing is built or run. The rules are those of version 1.4.3; where
// older versions since 1.1 differ, [Config.Version] decides.
//
// The result is what xorm writes between the parentheses of CREATE TABLE: a
// column is its name and the SQL text behind it. Reading that text is left to
// the caller.
//
// What xorm would refuse or fail at, and what cannot be known without running
// the program, is a [Problem] with the field it is about; it is never guessed.
package xorm
