// Package sqlite3 stands in for the driver that GORM's SQLite dialect imports
// and that needs a C compiler: the witness opens databases through
// modernc.org/sqlite, which the tests of gen have built already.
package sqlite3
