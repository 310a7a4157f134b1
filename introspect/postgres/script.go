package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// A segment is a few statements of which none is run after one has failed.
type segment []string

// An answer is what a segment returned: for each statement its rows, up to the
// one that failed.
type answer struct {
	results []result
	refused *pgconn.PgError // why the server stopped
}

type result struct {
	fields []pgconn.FieldDescription
	rows   [][][]byte
}

// last is the rows of the last statement.
func (a answer) last() [][][]byte {
	if len(a.results) == 0 {
		return nil
	}
	return a.results[len(a.results)-1].rows
}

// run sends all segments at once; one that fails does not stop the others.
// Inside a transaction the caller must see to that with savepoints. The error
// is one of the connection or one that has nothing to do with the statements:
// a cancelled query, a lost server.
func run(ctx context.Context, c *pgconn.PgConn, segments []segment) ([]answer, error) {
	p := c.StartPipeline(ctx)
	for _, s := range segments {
		for _, sql := range s {
			p.SendQueryParams(sql, nil, nil, nil, nil)
		}
		p.SendPipelineSync()
	}
	if err := p.Flush(); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	answers := make([]answer, len(segments))
	for i := range segments {
		if err := answers[i].read(p); err != nil {
			_ = p.Close() // it would repeat the error
			return nil, err
		}
	}
	return answers, p.Close()
}

func (a *answer) read(p *pgconn.Pipeline) error {
	for {
		got, err := p.GetResults()
		if err != nil {
			if err := a.fail(err); err != nil {
				return err
			}
			continue
		}
		switch got := got.(type) {
		case *pgconn.ResultReader:
			read := got.Read()
			if read.Err != nil {
				if err := a.fail(read.Err); err != nil {
					return err
				}
				continue
			}
			a.results = append(a.results, result{read.FieldDescriptions, read.Rows})
		case *pgconn.PipelineSync:
			return nil
		default:
			return fmt.Errorf("unexpected answer %T", got)
		}
	}
}

func (a *answer) fail(err error) error {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) || !aboutStatement(refused.Code) {
		return err
	}
	a.refused = refused
	return nil
}

// aboutStatement reports whether an SQLSTATE says something about the statement
// itself, and not about the server, the session or the moment.
func aboutStatement(code string) bool {
	switch code[:2] {
	case "08", "25", "40", "53", "54", "55", "57", "58", "XX":
		return code == "54001" || code == "54011" || code == "54023" // too deep, too many columns, arguments
	}
	return true
}
