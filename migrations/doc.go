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
// One runner works at a time, the others wait; whatever is killed or cut goes
// on where it stopped; an applied file that was edited or is missing stops the
// run before it writes.
//
// The package imports only the standard library. It does not compare schemas
// and does not write statements: it runs what was reviewed.
//
// # A revision file
//
//	-- revision: 9c41d07be2a5
//	-- parents: 4be0c9a1d7f2
//	-- message: orders: add status, index it
//	-- created: 2026-11-22T08:14:05Z
//	-- dialect: postgres
//
//	-- gen:up
//	-- + orders.status text      models/order.go:17 Order.Status
//	ALTER TABLE public.orders ADD COLUMN status text;
//
//	-- gen:step tx=each
//	CREATE INDEX CONCURRENTLY orders_status_idx ON public.orders (status);
//
//	-- gen:down tx=each
//	DROP INDEX CONCURRENTLY public.orders_status_idx;
//	ALTER TABLE public.orders DROP COLUMN status;
//
// It is UTF-8; a byte order mark and CRLF line ends are accepted. The header is
// the leading run of "-- key: value" lines, up to a blank line or a directive.
// Its keys:
//
//	revision   the id, 4 to 32 of 0-9 a-z; required
//	parents    ids, comma-separated; empty for a first revision; required
//	message    one line
//	created    RFC 3339
//	depends    ids, labels or label@id that must be applied before
//	labels     names of the branch that begins here
//	dialect    postgres or sqlite, unless every section names its own
//	expects    fingerprint of the schema the revision was written for
//	measured   the server that was seen to do what the comments say
//	vars       names usable as :'name' and :"name" in statements
//	replaces   ids that this squashed revision stands for
//	hazards    sentences, separated by ;
//
// A directive is a line that begins with "-- gen:" at column 0 and at top level
// of the dialect's lexer, so that the same text in a string, a dollar quote or
// a block comment is nothing but text:
//
//	gen:up                   the way forward; required
//	gen:down                 the way back
//	gen:irreversible REASON  instead of gen:down
//	gen:step                 begins another step of the section
//	gen:statement … gen:end  what stands between is one statement
//	gen:go NAME [rev=R]      the step calls a function (WithFunc)
//	gen:loses WHAT           the step loses data for good; a downgrade is refused
//	                         unless the revision is named (WithAcceptDataLoss)
//	gen:lint-ignore RULES REASON
//	                         gen lint leaves these out at the statement below
//	gen:precheck QUERY       finds the rows on which the statement below would
//	                         fail (upgrade --precheck)
//
// up, down and step take attributes:
//
//	tx=on                  the step is one transaction; the default
//	tx=each                each statement has its own; what the server refuses
//	                       in a transaction, and CALL, runs without one
//	tx=batch               one data statement is repeated, each time in its own
//	                       transaction, until it affects no row
//	name=WORD              for people
//	lock_timeout=5s        0 means never; 500ms, 2m
//	statement_timeout=1m   the same
//	throttle=100ms         tx=batch: rest between two turns
//	foreign_keys=off       SQLite, tx=on: for table rebuilds. Foreign keys are
//	                       off and legacy_alter_table on while the step runs;
//	                       before it commits, PRAGMA foreign_key_check must find
//	                       nothing
//	dialect=NAME           on up, down and irreversible: the section's dialect
//
// Comment lines directly above a statement belong to it. A statement ends at a
// top-level semicolon. Unknown keys, directives and attributes, and comments
// that look like a directive but are not written exactly, are errors, as are
// statements that would end the runner's transaction.
//
// # The graph
//
// parents and depends order the revisions; several may follow one, stand side
// by side without parents, and meet again in one with several parents. Upgrade,
// Downgrade, Stamp and the rest take a symbol of it:
//
//	9c41d07be2a5  9c41        an id, or its beginning (4 characters or more)
//	head  heads  base         the newest, all newest, before the first
//	current  +2  -1           where the database stands, and steps from there
//	9c41+2  head-1  base+1    steps from a revision
//	blog                      the revision with the label
//	blog@head  blog@-1  …     the same on the line through it; an id can stand
//	                          for a label
//
// What means several revisions where one is needed is an error that lists
// them. A database's heads are counted as Alembic does: a revision that an
// applied one depends on is implied by it (Graph.Current).
//
// # The version table
//
// gen_revisions has one row per applied revision, gen_log one per event, in
// the same transaction; readers need SELECT only, and take no lock.
// A revision that is one transaction appears with its effects. Any other is
// written ahead (state running), moves a cursor with each part, and is resumed
// from there; a statement that ran without a transaction is looked for in the
// catalog.
package migrations
