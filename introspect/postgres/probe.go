package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/schema"
)

// A Verdict is what the server did to an empty clone of a table when it carried out a
// statement.
type Verdict struct {
	Asked    bool
	Rewrites bool   // the table got another file
	Scans    bool   // its rows were read
	Why      string // of one that was not asked; empty: it is no ALTER TABLE
}

// Probe has the server carry out the ALTER TABLE statements among those of a plan,
// each on an empty temporary clone of its table, in the order given, and says what
// it did. have is the database as it is before the plan. Each table has a transaction
// of its own, which is rolled back; the table itself is locked in ACCESS SHARE mode
// for that long, and not waited for longer than half a second. Nothing else is
// touched. Not asked are statements about more than one table (foreign keys,
// partitions, heirs), names of tables, indexes that are built before, and types that
// the plan makes; and those that the server refuses on the clone. info must say
// CanTemp, or nothing is asked.
func Probe(ctx context.Context, c *pgx.Conn, info Info, have *schema.Database, statements []string) ([]Verdict, error) {
	verdicts := make([]Verdict, len(statements))
	if !info.CanTemp {
		return verdicts, nil
	}
	p := probing{conn: c.PgConn(), statements: statements, verdicts: verdicts, types: changedTypes(statements)}
	children := have.Children()
	for i := range have.Tables {
		t := &have.Tables[i]
		if t.PartitionBy != "" || len(t.Parents()) > 0 || len(children[t.Name]) > 0 {
			continue
		}
		if err := p.table(ctx, t); err != nil {
			return nil, fmt.Errorf("probing table %s: %w", t.Name, err)
		}
	}
	return verdicts, nil
}

type probing struct {
	conn       *pgconn.PgConn
	statements []string
	verdicts   []Verdict
	types      []string
}

// table probes the statements of one table.
func (p *probing) table(ctx context.Context, t *schema.Table) (err error) {
	d := dialect.Postgres()
	head := "ALTER TABLE " + d.QName(t.Name)
	var mine []int
	for i, sql := range p.statements {
		if strings.HasPrefix(sql, head+" ") || strings.HasPrefix(sql, head+"\n") {
			mine = append(mine, i)
		}
	}
	if len(mine) == 0 {
		return nil
	}
	clone := "pg_temp." + d.Ident(t.Name.Local)
	begin := []string{
		"BEGIN", "SET LOCAL lock_timeout = '500ms'", "SET LOCAL statement_timeout = '10s'", "SET LOCAL client_min_messages = error",
		"CREATE TEMPORARY TABLE " + d.Ident(t.Name.Local) + " (LIKE " + d.QName(t.Name) + " INCLUDING ALL)",
	}
	for _, check := range t.Checks {
		if check.NotValid { // LIKE makes it valid
			name := d.Ident(check.Name)
			begin = append(begin, "ALTER TABLE "+clone+" DROP CONSTRAINT "+name+", ADD CONSTRAINT "+name+" CHECK ("+check.Expr+") NOT VALID")
		}
	}
	defer func() {
		if _, rollback := p.conn.Exec(context.WithoutCancel(ctx), "ROLLBACK").ReadAll(); err == nil {
			err = rollback
		}
	}()
	for _, sql := range begin {
		if _, err := p.conn.Exec(ctx, sql).ReadAll(); err != nil {
			return p.refused(err, mine...)
		}
	}
	next := 0
	for i, sql := range p.statements {
		switch {
		case strings.HasPrefix(sql, "SET LOCAL "):
			if _, err := p.conn.Exec(ctx, sql).ReadAll(); err != nil {
				return p.refused(err, mine[next:]...)
			}
		case next < len(mine) && mine[next] == i:
			next++
			if why := p.beyond(sql); why != "" {
				p.verdicts[i].Why = why
				continue
			}
			if err := p.ask(ctx, i, clone, strings.Replace(sql, d.QName(t.Name), clone, 1)); err != nil {
				return err
			}
		}
	}
	return nil
}

// beyond says why a clone cannot answer for the statement; empty: it can.
func (p *probing) beyond(sql string) string {
	for _, word := range []string{"FOREIGN KEY", " USING INDEX ", " RENAME TO ", " SET SCHEMA ", " ATTACH ", " DETACH ", "INHERIT ", " OWNER TO ", "TRIGGER ", " SET LOGGED", " SET UNLOGGED", "REPLICA IDENTITY", "CLUSTER ON", "ROW LEVEL SECURITY"} {
		if strings.Contains(sql, word) {
			return "it is about more than the table's own rows"
		}
	}
	if slices.ContainsFunc(p.types, func(name string) bool { return strings.Contains(sql, name) }) {
		return "the plan changes its type"
	}
	return ""
}

// ask runs the statement on the clone.
func (p *probing) ask(ctx context.Context, i int, clone, sql string) error {
	before, err := p.state(ctx, clone)
	if err != nil {
		return err
	}
	if _, err := p.conn.Exec(ctx, "SAVEPOINT probe").ReadAll(); err != nil {
		return err
	}
	if _, err := p.conn.Exec(ctx, sql).ReadAll(); err != nil {
		if err := p.refused(err, i); err != nil {
			return err
		}
		_, err := p.conn.Exec(ctx, "ROLLBACK TO probe").ReadAll()
		return err
	}
	after, err := p.state(ctx, clone)
	if err != nil {
		return err
	}
	p.verdicts[i] = Verdict{Asked: true, Rewrites: after[0] != before[0], Scans: after[1] != before[1]}
	return nil
}

// state is the file of the clone, and how often it was read.
func (p *probing) state(ctx context.Context, clone string) (s [2]string, err error) {
	r := p.conn.ExecParams(ctx, "SELECT pg_catalog.pg_relation_filenode($1::regclass), pg_catalog.pg_stat_get_xact_numscans($1::regclass)", [][]byte{[]byte(clone)}, nil, nil, nil).Read()
	if r.Err != nil {
		return s, r.Err
	}
	return [2]string{string(r.Rows[0][0]), string(r.Rows[0][1])}, nil
}

// refused notes why the statements were not asked; what is no answer of the server is
// an error.
func (p *probing) refused(err error, statements ...int) error {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	for _, i := range statements {
		p.verdicts[i].Why = e.Message
	}
	return nil
}

// changedTypes are the names of types that statements of a plan make, alter or drop.
func changedTypes(statements []string) []string {
	var names []string
	for _, sql := range statements {
		words := strings.Fields(sql)
		if len(words) > 2 && (words[1] == "TYPE" || words[1] == "DOMAIN") {
			names = append(names, words[2])
		}
	}
	return names
}
