// Package modelscan reads Go source and says which database it describes.
//
//	res, err := modelscan.Scan(ctx, modelscan.Options{
//		Patterns: []string{"./internal/models/..."},
//		Dialect:  dialect.Postgres(),
//	})
//
// The result is the want of package diff: a [schema.Database] whose every node
// knows the line it was declared on. Column names come from `db:"…"` tags,
// everything about one column from `gen:"…"` tags, everything about a table
// from //gen: directives above its struct.
//
// User code is neither built nor run, and types are not checked by a compiler:
// the packages that hold models are parsed, and of what they import only the
// files that declare a type which some field names. A package that does not
// compile, a missing module or a type error elsewhere is no obstacle where the
// structs themselves can be read. What cannot be read, or cannot be said in
// the dialect, is an error with file, line and column; one run reports all of
// them.
//
// # Which structs are tables
//
// A struct is a table when it has a directive that only tables have
// (//gen:table, //gen:index, …), a marker field (_ struct{} `gen:"table:name"`),
// a TableName() string method of its own, or a field with a gen tag. A struct
// with gen tags that is a part of such a struct (embedded, directly or by way
// of others) is a table only by one of the first three. //gen:ignore and
// [Options.Exclude] take a struct out, [Options.Include] takes one in. A
// struct with db tags alone is not a table. Test files are not read.
//
// The name of a table is that of //gen:table or of the marker, else the
// constant that TableName returns (the struct's own method or one it gets from
// a struct it embeds), else the plural of the type's name in snake case by the
// regular rules of English: Order → orders, Category → categories,
// Box → boxes (and Person → persons; Settings stays).
//
// # Fields and columns
//
// Exported fields are columns, unexported ones when they have a db or gen tag.
// Embedded structs are taken apart, also behind pointers; so are named fields
// with embed[:prefix]. As in Go a field hides deeper ones of the same name,
// which is a way to leave one out: give the outer one gen:"-".
//
// # Rules that the vocabulary leaves open
//
//   - key@pg:, key@mysql: and key@sqlite: replace the same key without product
//     (null and notnull count as one key, as do identity, serial and
//     autoincrement; type@ replaces size, precision, array and enum as well).
//     A directive takes @product too; one that may be repeated is then added.
//   - unique:group names no constraint, it only joins columns; index:name names
//     the index. deferrable, deferred and nullsnotdistinct belong to the unique
//     or ref before them, else to the one after.
//   - ref:X is a Go type when X begins with a capital and there is such a
//     model, else a table, else a Go type in small letters.
//   - Identifiers in directives are SQL: PostgreSQL folds those without quotes.
//     Names in tags are taken as they are.
//   - Words and options of //gen:table are each one product's, and passed over
//     for the others. concurrently is allowed in //gen:index and of no effect:
//     how an index is built is decided when a revision is written.
//   - SQLite has no enum types: their columns are text with a check that names
//     the values. It has no comments: they are left out. All else it lacks is
//     an error. In a STRICT table text has no length.
//   - A named type with a Value method, unless built on string, needs type: or
//     //gen:type: what it stores does not follow from its kind.
//   - Tags of ORMs are read where the options ask for it; where not, a warning
//     says so. Those of go-pg are never read.
//
// # Models of GORM
//
// With [Options.Gorm] structs are read as GORM reads them: package gorm holds
// its algorithm, this package shows it the types. What a model's methods decide
// (TableName, Value, GormDataType, GormDBDataType) is followed through the
// source where it is plain, and asked for where it is not. gen tags and
// directives add to such a model what GORM cannot say.
//
// # Models of xorm, tables of ent
//
// [Options.Xorm] does the same for xorm, with package xorm. With [Options.Ent]
// the literals that ent generates into migrate/schema.go are read; they have no
// tags, so nothing is added to them.
//
// # Models of bun
//
// [Options.Bun] does the same for bun, with package bun, which asks no methods.
// Where no list names the models, structs are taken for them by their looks, and
// of several for one table the one with all columns.
//
// # Canonical form
//
// As far as static facts go the Database is canonical: PostgreSQL types are
// spelled as format_type does, names nobody chose are those PostgreSQL itself
// would choose (and marked Derived), references are resolved to columns,
// index defaults filled in. Expressions stay as written; types of extensions
// stay as written; the options of sequences hold only what was given. Those
// are left to introspect's Canonical, which can ask the server.
package modelscan
