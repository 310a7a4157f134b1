// Package postgres reads the catalog of PostgreSQL 13 to 18 into the
// vocabulary of package schema, and puts a wanted schema into the server's own
// words, so that package diff can compare the two as plain values.
//
//	have, info, err := postgres.Inspect(ctx, conn, introspect.Options{Schemas: []string{"public"}})
//	want, notes, err := postgres.Canonical(ctx, conn, models, have)
//
// A role that may do nothing but connect is enough for Inspect. Canonical asks
// more only where a text differs: USAGE on the schemas, EXECUTE on functions
// that expressions call, and TEMP on the database to confirm equality.
//
// One file per kind of object; queries.go holds every statement that reads,
// confirm.go the only ones that write (and are rolled back).
package postgres
