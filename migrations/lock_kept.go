package migrations

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Advisory locks belong to the session, so a statement of a revision can give up
// the runner's. Three gates stand against that, each for what the one before it
// cannot see: pg_advisory_unlock_all() in the text of a statement is refused when
// the file is read (refusePostgres), the lock's own key when the run is planned
// (unlocks), and a function that does either when its step is about to commit
// (keptLock).

// errUnlocked is a step after which the runner's lock is gone.
var errUnlocked = errors.New("a statement of this step gave up the lock that keeps other runs away")

// unlockOwn is what to write instead.
const unlockOwn = "release a lock of your own by its key: pg_advisory_unlock(key)"

// unlocks refuses statements that name the runner's own lock.
func (x *run) unlocks(p *Plan) error {
	if x.dialect != Postgres || x.opts.lockMode == LockTransaction {
		return nil
	}
	key := lockKey(x.store.schema, TableRevisions)
	var errs []error
	for _, r := range p.Revisions {
		for _, s := range r.Steps {
			for _, st := range s.Statements {
				if unlocksKey(st.SQL, key) {
					errs = append(errs, &FileError{Path: r.Revision.Path, Line: st.Line, Col: st.Col,
						Msg: "pg_advisory_unlock(" + strconv.FormatInt(key, 10) + ") would drop the runner's lock", Hint: "take it out; a run gives its lock up by itself"})
				}
			}
		}
	}
	return errors.Join(errs...)
}

// unlocksKey reports whether a statement calls pg_advisory_unlock with a key that
// is written as a number.
func unlocksKey(text string, key int64) bool {
	tokens := statementTokens(postgresRules(), text)
	for i, t := range tokens {
		if strings.Trim(strings.ToLower(t.text), `"`) != "pg_advisory_unlock" {
			continue
		}
		rest := tokens[i+1:]
		end := slices.IndexFunc(rest, func(t namedToken) bool { return t.word == ")" })
		if end < 1 || rest[0].word != "(" {
			continue
		}
		argument := ""
		for _, t := range rest[1:end] {
			argument += strings.Trim(t.text, "'")
		}
		argument, _, _ = strings.Cut(argument, "::")
		if n, err := strconv.ParseInt(argument, 10, 64); err == nil && n == key {
			return true
		}
	}
	return false
}

// keptLock makes sure that the run still has its lock, so that a step which gave
// it up is rolled back. It asks where the statements are such that may change a
// session: of the others only a function that somebody wrote to unlock could, and
// a question for each INSERT would cost more than that is worth. LockTransaction
// has a lock that cannot be given up.
func (x *run) keptLock(ctx context.Context, j *journey, us []unit) error {
	if held, err := x.hasLock(ctx, us); held || err != nil {
		return err
	}
	e := &StatementError{Revision: j.rev.ID, Path: j.rev.Path, Line: us[0].of.Line, Col: 1, Reverting: j.dir == Down,
		Detail: Detail{Message: errUnlocked.Error()}, Err: errUnlocked, step: us[0].of}
	// The statement that says so, or else the first that may have called a function.
	suspects := slices.DeleteFunc(slices.Clone(us), func(u unit) bool { return !touchesSession(x.dialect, []unit{u}) })
	u := suspects[max(0, slices.IndexFunc(suspects, func(u unit) bool {
		return u.statement != nil && strings.Contains(strings.ToLower(u.statement.SQL), "advisory")
	}))]
	e.SQL = directivePrefix[3:] + wordGo + " " + u.of.Go
	if u.statement != nil {
		e.SQL, e.Line, e.Col = u.statement.SQL, u.statement.Line, u.statement.Col
	}
	return e
}

// hasLock is true also where nothing that us did could have given it up.
func (x *run) hasLock(ctx context.Context, us []unit) (bool, error) {
	p, ok := x.sess.(*postgresSession)
	if !ok || !p.locked || !touchesSession(x.dialect, us) {
		return true, nil
	}
	pid, held, err := p.holds(ctx)
	return held && pid == p.pid, err
}

// regainLock is keptLock behind a statement that ran outside a transaction, which
// nothing takes back: the lock is waited for and taken again. Another run that
// came in between has stopped at the statement in flight, or changed the row, and
// then what follows finds that out.
func (x *run) regainLock(ctx context.Context, j *journey) error {
	held, err := x.hasLock(ctx, j.units[j.row.Cursor:j.row.Cursor+1])
	if held || err != nil {
		return err
	}
	x.opts.log.WarnContext(ctx, "a statement gave up the migration lock; taking it again", "revision", j.rev.ID, "statement", x.flightText(j, j.row.Cursor))
	if err := x.sess.(*postgresSession).lock(ctx); err != nil {
		return fmt.Errorf("behind a statement of revision %s that gave up the migration lock: %w", j.rev.ID, err)
	}
	return nil
}
