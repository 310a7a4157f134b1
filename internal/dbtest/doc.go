// Package dbtest gives tests real databases.
//
// It finds the servers installed on this machine, starts throw-away ones on
// loopback, also when the tests run as root, and hands out fresh, empty
// databases:
//
//	func TestReadTables(t *testing.T) {
//		url := dbtest.Postgres(t)
//		dbtest.Exec(t, url, `CREATE TABLE users (id bigint PRIMARY KEY)`)
//		…
//	}
//
// One server is started per test process and PostgreSQL major, at first use,
// with every durability setting off and its data in memory where there is
// room. It ends, and its files go, when the test process ends, however that
// ends (internal/spawn). Nothing is downloaded and nothing listens beyond 127.0.0.1.
//
// A server that is not installed skips the test with a loud reason on a
// developer's machine, and fails it where the environment variable CI is set:
// a build that silently ran no database test must not be green.
//
// Environment:
//
//	CI                   set (and not "false" or "0"): missing equipment fails tests
//	GEN_TEST_PG_BIN      bin directory of the default PostgreSQL
//	GEN_TEST_PG_<major>  bin directory of that major, such as GEN_TEST_PG_17
//	GEN_TEST_PG_MAJORS   restricts PostgresMajors, such as "13,18"
//	GEN_TEST_PG_DUMP     a pg_dump program to try first, or "optional": a
//	                     missing pg_dump then skips even where CI is set
//	GEN_TEST_MARIADB_BIN directory of mariadbd, mariadb-install-db and mariadb
//
// scripts/test-deps installs what the tests need on Debian, scripts/pg-matrix
// fetches the PostgreSQL majors 13 to 18 into the cache directory (see
// CacheDir), scripts/pg-dump-18 a pg_dump that reads all of them.
//
// The package is for tests only: no room of gen imports it outside of _test.go.
package dbtest
