// Package migrations reads revision files and runs them on a database.
//
// An application embeds its revisions and brings its database up to date when
// it starts:
//
//	//go:embed migrations/*.sql
//	var files embed.FS
//
//	m, err := migrations.New(db, migrations.Postgres, files)
//	if err != nil {
//		return err
//	}
//	_, err = m.Upgrade(ctx, "head")
//
// A revision file is SQL with a header; Parse documents by its tests what it
// accepts, Format writes it. A Graph orders revisions by their parents, a Dir
// reads directories of them, a Runner applies and reverts them. One runner
// works at a time; whatever is killed or cut goes on where it stopped; an
// applied file that was edited or is missing stops the run before it writes.
//
// The package imports only the standard library. It does not compare schemas
// and does not write statements: it runs what was reviewed.
package migrations
