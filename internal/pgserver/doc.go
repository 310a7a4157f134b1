// Package pgserver starts throw-away PostgreSQL servers from programs that are
// installed on this machine: for gen, where a scratch database is needed and
// none may be made. Nothing is downloaded.
//
//	found, err := pgserver.Find(nil)
//	server, err := pgserver.Start(ctx, found[0], pgserver.Options{User: "app"})
//	defer server.Stop()
//	… server.URL("postgres") …
//
// The server listens on a socket in a directory that only this user can enter,
// with every durability setting off, and is gone with the process that started
// it, however that ends (internal/spawn). It runs as an unprivileged user also
// where that process is root's. internal/dbtest, which gives tests their
// databases, finds and runs the programs through this package too.
package pgserver
