// Package spawn starts servers that live as long as the process that starts
// them, and leave nothing behind: throw-away databases of gen and of its tests.
//
//	who, err := spawn.ChooseAccount()
//	server, err := spawn.Recipe{Name: "gen-scratch", Signal: "QUIT", …}.Start(ctx, who)
//	defer server.Stop()
//
// A guard (guard.go), a shell beside each server, ends it and removes its
// directory when the process ends, however that ends. Where the guard was
// killed too, RemoveStale cleans up. Nothing here knows what kind of server it
// is; internal/pgserver knows PostgreSQL's.
package spawn
