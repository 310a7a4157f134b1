// Package observe tells what a PostgreSQL server does while a statement runs: which
// locks it takes on relations, whether tables are written anew or read, which
// indexes are built. gen verify holds the annotations of revision files against
// it, and the tests of render/postgres those of the renderer.
//
// What runs in a transaction is seen from within: [Look] before and after the
// statement, and [Between] the two. What the server refuses in a transaction is
// seen by another session while a third one is in its way ([Behind]).
//
// It judges nothing and changes nothing.
package observe
