// Package schema is the vocabulary of gen: what a database holds, as plain
// values. Go models (modelscan) and live catalogs (introspect) both become a
// [Database]; package diff compares two of them and package render writes the
// statements that lead from one to the other.
//
// A Database is in canonical form when every text in it is spelled as the
// server itself spells it, every list that has no meaning of its own is sorted
// (see [Database.Sort]) and every optional value is filled in. Two canonical
// Databases are equal exactly when the databases they describe are.
//
// The package knows no dialect, holds no connections and imports only the
// standard library. There are no parent pointers: a value can be copied,
// printed and compared as it is.
package schema
