// Package sqlite3 stands in for the driver that GORM's SQLite dialect imports
// and that needs a C compiler: the witness opens databases through
// modernc.org/sqlite, which the tests of gen have built already.
package sqlite3

// Error and ErrNoExtended are named in version 1.5.0 of the dialect.
type Error struct{ ExtendedCode ErrNoExtended }

type ErrNoExtended int

func (Error) Error() string { return "" }
