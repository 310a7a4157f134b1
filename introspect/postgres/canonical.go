package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// Canonical puts want into the server's own words and returns it as a new
// value; want and have are not changed. have is what Inspect returned, with
// tables, columns and objects called as in want (what the server calls an object is
// in its Was); info is that of the same Inspect, or
// nil to ask the server. A nil have is an empty database.
//
//  1. Types are spelled as format_type spells them; those that gen does not
//     know itself are asked from the server, all in one round trip.
//  2. Collations, operator classes, sequence options, referenced columns and
//     storage parameters are filled in; what says only the default is dropped.
//  3. An expression that means what the database already has is replaced by the
//     database's spelling of it. Which ones do is settled without the server
//     where their tokens are the same, else by EXPLAIN, which proves difference;
//     equality that EXPLAIN reports is confirmed by the tokens or by temporary
//     tables that are rolled back. One that means something else keeps the
//     user's text.
//
// The error joins a [*introspect.WantError] for each thing that the server does
// not accept, in the order of their positions (errors.Join). Notes say what
// could not be confirmed. c must not be in a transaction and is left outside of
// one; nothing that is written survives.
func Canonical(ctx context.Context, c *pgx.Conn, want, have *schema.Database, info *Info) (*schema.Database, []introspect.Note, error) {
	if c.PgConn().TxStatus() != 'I' {
		return nil, nil, errors.New("comparing with the models: the connection is already in a transaction")
	}
	if old := c.PgConn().ParameterStatus("client_encoding"); old != "UTF8" {
		if _, err := c.PgConn().Exec(ctx, "SET client_encoding = 'UTF8'").ReadAll(); err != nil {
			return nil, nil, fmt.Errorf("comparing with the models: %w", err)
		}
		// A connection that cannot be set back is of no use to anybody.
		defer func() {
			_, _ = c.PgConn().Exec(context.WithoutCancel(ctx), "SET client_encoding = "+pg.Literal(old)).ReadAll()
		}()
	}
	if info == nil {
		var err error
		if info, err = askInfo(ctx, c.PgConn()); err != nil {
			return nil, nil, fmt.Errorf("comparing with the models: %w", err)
		}
	}
	if have == nil {
		have = &schema.Database{}
	}
	w := &canonizer{c: c.PgConn(), info: *info, want: schema.Clone(want), have: have, memo: newMemo()}
	if err := w.run(ctx); err != nil {
		return nil, nil, fmt.Errorf("comparing with the models: %w", err)
	}
	if len(w.errs) > 0 {
		return nil, nil, w.joined()
	}
	w.want.Sort()
	return w.want, w.notes, nil
}

// A canonizer works on one pair of databases.
type canonizer struct {
	c    *pgconn.PgConn
	info Info
	want *schema.Database // becomes the result
	have *schema.Database

	facts  facts
	memo   memo
	former formerNames
	// By name; looking through the lists would take the square of their length.
	wantTables, haveTables map[schema.Name]*schema.Table
	haveObjects            map[schema.Ref]*schema.Object
	errs                   []*introspect.WantError
	notes                  []introspect.Note
}

func (w *canonizer) run(ctx context.Context) error {
	w.checkVersion()
	w.shortenNames()
	w.wantTables, w.haveTables = tablesByName(w.want), tablesByName(w.have)
	w.haveObjects = make(map[schema.Ref]*schema.Object, len(w.have.Objects))
	for i := range w.have.Objects {
		w.haveObjects[w.have.Objects[i].Ref()] = &w.have.Objects[i]
	}
	w.former = formerNamesOf(w.have)
	if err := w.learn(ctx); err != nil {
		return err
	}
	for i := range w.want.Enums {
		w.want.Enums[i].Values = slices.Clone(w.want.Enums[i].Values)
	}
	for i := range w.want.Sequences {
		s := &w.want.Sequences[i]
		fillSequence(&s.Options, "bigint")
	}
	for i := range w.want.Tables {
		w.fillTable(&w.want.Tables[i])
	}
	w.settleSerials()
	w.fillReferences()
	if len(w.errs) > 0 {
		return nil // expressions over unknown types only add noise
	}
	if err := w.settleFamilies(ctx); err != nil {
		return err
	}
	return w.settleExpressions(ctx)
}

func tablesByName(db *schema.Database) map[schema.Name]*schema.Table {
	m := make(map[schema.Name]*schema.Table, len(db.Tables))
	for i := range db.Tables {
		m[db.Tables[i].Name] = &db.Tables[i]
	}
	return m
}

// refuse records what the server does not accept.
func (w *canonizer) refuse(pos schema.Pos, object, text, hint string) {
	w.errs = append(w.errs, &introspect.WantError{Pos: pos, Object: object, Text: text, Hint: hint})
}

func (w *canonizer) joined() error {
	slices.SortStableFunc(w.errs, func(a, b *introspect.WantError) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Col, b.Pos.Col), cmp.Compare(a.Object, b.Object))
	})
	errs := make([]error, len(w.errs))
	for i, e := range w.errs {
		errs[i] = e
	}
	return errors.Join(errs...)
}

// askInfo is the part of Info that Canonical needs.
func askInfo(ctx context.Context, c *pgconn.PgConn) (*Info, error) {
	k := newCatalog(0, introspect.Options{})
	err := k.pipeline(ctx, c, []query{
		{"begin", begin, nil, nil},
		{"settings", settings, []string{lockTimeout(introspect.Options{})}, (*catalog).readSettings},
		{"commit", "COMMIT", nil, nil},
	})
	return &k.info, err
}
