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
// A struct is a table when it has a //gen:table directive, a marker field
// (_ struct{} `gen:"table:name"`), a TableName() string method of its own, or
// a field with a gen tag. Structs that other structs embed are tables only by
// one of the first three; //gen:ignore and [Options.Exclude] take a struct
// out, [Options.Include] takes one in. A struct with db tags alone is not a
// table.
//
// A table without a name gets the plural of the type's name in snake case, by
// the regular rules of English: Order → orders, Category → categories,
// Box → boxes (and Person → persons).
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
