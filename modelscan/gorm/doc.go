// Package gorm says which tables GORM's AutoMigrate creates for Go structs.
//
//	tables, problems := gorm.Migrate([]*gorm.Type{user, post}, gorm.Config{Dialect: "postgres"})
//
// It follows gorm.io/gorm (schema and migrator) and its drivers step by step,
// surprises included, on values that describe Go types as package reflect
// would: a [Type] has kind, name, fields and tags, and its [Facts] answer what
// GORM finds out by calling methods. Nothing is built or run.
//
// The result is what GORM writes between the parentheses of CREATE TABLE: a
// column is its name and the SQL text behind it. Reading that text is left to
// the caller. File names and function names follow those of GORM, so that a
// rule is found again: schema/field.go is field.go, and so on.
//
// What GORM would refuse, and what cannot be known without running the
// program, is a [Problem] with the field it is about; it is never guessed.
package gorm
