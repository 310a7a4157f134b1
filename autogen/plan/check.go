package plan

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
)

// Decode reads the answer to a plan: JSON of the same shape. A key of the top
// level that is left out stands for what was given; an unknown key, more than
// one document, or another version is an error.
func Decode(given Plan, answer []byte) (Plan, error) {
	var got struct {
		Version    *int
		Dialect    *string
		Server     *string
		Changes    *[]Change
		Statements *[]Statement
		Down       *[]Statement
		Notes      *[]Note
	}
	if len(bytes.TrimSpace(answer)) == 0 {
		return Plan{}, errors.New("it answered nothing")
	}
	dec := json.NewDecoder(bytes.NewReader(answer))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&got); err != nil {
		return Plan{}, fmt.Errorf("the answer is no plan: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := dec.Token(); err != io.EOF {
		return Plan{}, errors.New("the answer goes on behind the plan")
	}
	switch {
	case got.Version == nil:
		return Plan{}, fmt.Errorf(`the answer has no "version": it is %d, as in the question`, Version)
	case *got.Version != given.Version:
		return Plan{}, fmt.Errorf("the answer is of version %d, and the question of version %d", *got.Version, given.Version)
	}
	edited := given.Clone()
	if got.Changes != nil {
		edited.Changes = *got.Changes
	}
	if got.Statements != nil {
		edited.Statements = *got.Statements
	}
	if got.Down != nil {
		edited.Down = *got.Down
	}
	return edited, nil
}

// Check holds an edited plan against the one that was given. It returns the
// plan to write, without the statements of changes that were left out, and what
// was edited, a line each; no line: nothing was. The error names what cannot be
// edited, is not known, or is there twice.
func Check(given, edited Plan) (final Plan, edits []string, err error) {
	c := checker{given: given}
	final = given
	final.Changes = c.changes(edited.Changes)
	final.Statements = c.statements("statements", given.Statements, edited.Statements)
	final.Down = c.statements("down", given.Down, edited.Down)
	c.tellChanges()
	c.tellStatements("", given.Statements, final.Statements)
	c.tellStatements("the way back: ", given.Down, final.Down)
	c.orphans(final)
	return final, c.edits, errors.Join(c.errs...)
}

type checker struct {
	given Plan
	gone  map[string]bool // changes left out, by id
	edits []string
	errs  []error
}

func (c *checker) fail(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf(format, args...))
}

func (c *checker) changes(edited []Change) []Change {
	kept := map[string]bool{}
	for _, e := range edited {
		i := slices.IndexFunc(c.given.Changes, func(g Change) bool { return g.ID == e.ID })
		switch {
		case i < 0:
			c.fail("changes: there is no change %q; a new statement goes into statements, without an id", e.ID)
		case kept[e.ID]:
			c.fail("changes: %s is there twice", e.ID)
		case !reflect.DeepEqual(e.Line, c.given.Changes[i].Line) && !reflect.DeepEqual(e.Line, diff.Line{}):
			c.fail("changes: %s (%s) is what differs and cannot be edited: leave it out, or edit its statements", e.ID, c.given.Changes[i].Object)
		}
		kept[e.ID] = true
	}
	c.gone = map[string]bool{}
	out := []Change{}
	for _, g := range c.given.Changes {
		if kept[g.ID] {
			out = append(out, g)
		} else {
			c.gone[g.ID] = true
		}
	}
	return out
}

func (c *checker) statements(key string, given, edited []Statement) []Statement {
	out := []Statement{}
	seen := map[string]bool{}
	for n, e := range edited {
		where := fmt.Sprintf("%s: %s", key, e.ID)
		if e.ID == "" {
			where = fmt.Sprintf("%s: the added statement %d", key, n+1)
		}
		if strings.TrimSpace(e.SQL) == "" {
			c.fail("%s has no sql; to drop a statement leave it out", where)
			continue
		}
		repeats := slices.ContainsFunc(given, func(g Statement) bool { return g.ID == e.ID && g.Tx == e.Tx })
		if e.Tx != "" && e.Tx != "on" && e.Tx != "each" && !repeats {
			c.fail(`%s: tx is %q; it is "on" or "each"`, where, e.Tx)
		}
		c.comment(where, e.Comment)
		if e.ID == "" {
			out = append(out, c.added(where, e))
			continue
		}
		i := slices.IndexFunc(given, func(g Statement) bool { return g.ID == e.ID })
		switch {
		case i < 0:
			c.fail("%s: there is no statement %q; one that is new has no id", key, e.ID)
			continue
		case seen[e.ID]:
			c.fail("%s is there twice", where)
			continue
		}
		seen[e.ID] = true
		g := given[i]
		if e.Tx == "" {
			e.Tx = g.Tx
		}
		if e.Comment == nil {
			e.Comment = g.Comment
		}
		if f := notEditable(g, e); f != "" {
			c.fail("%s: %s is what gen knows of it and cannot be edited", where, f)
		}
		if g.Outside && e.Tx == "on" {
			c.fail(`%s: the server refuses it in a transaction, so its tx is "each"`, where)
		}
		if g.Rendered.Rebuild && e.Tx != g.Tx {
			c.fail("%s: it is part of a rebuild, whose transaction cannot be edited", where)
		}
		g.SQL, g.Comment, g.Tx = e.SQL, e.Comment, e.Tx
		if c.keeps(where, g) {
			out = append(out, g)
		}
	}
	return out
}

func (c *checker) added(where string, e Statement) Statement {
	if f := notEditable(Statement{}, e); f != "" {
		c.fail("%s: %s is what gen knows of a statement of its own", where, f)
	}
	return Statement{SQL: e.SQL, Comment: e.Comment, Tx: cmp.Or(e.Tx, "on")}
}

// comment refuses lines that would not stay comments in the file.
func (c *checker) comment(where string, lines []string) {
	for _, l := range lines {
		if strings.ContainsAny(l, "\r\n") {
			c.fail("%s: a line of comment holds a line break: %q", where, l)
		}
		if strings.HasPrefix(strings.TrimSpace(l), "gen:") {
			c.fail("%s: the comment %q would be a directive of the revision file", where, l)
		}
	}
}

// notEditable is the first field that is neither as given nor left out.
func notEditable(given, edited Statement) string {
	for _, f := range []struct {
		name          string
		given, edited any
	}{
		{"changes", given.Changes, edited.Changes}, {"outside", given.Outside, edited.Outside}, {"locks", given.Locks, edited.Locks},
		{"rewrites", given.Rewrites, edited.Rewrites}, {"scans", given.Scans, edited.Scans}, {"hazards", given.Hazards, edited.Hazards}, {"loses", given.Loses, edited.Loses}, {"prechecks", given.Prechecks, edited.Prechecks},
	} {
		v := reflect.ValueOf(f.edited)
		empty := v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0
		if !empty && !reflect.DeepEqual(f.given, f.edited) {
			return f.name
		}
	}
	return ""
}

// keeps reports whether a change of the statement is kept.
func (c *checker) keeps(where string, s Statement) bool {
	var kept, gone []string
	for _, id := range s.Changes {
		if c.gone[id] {
			gone = append(gone, id)
		} else {
			kept = append(kept, id)
		}
	}
	if len(kept) > 0 && len(gone) > 0 {
		c.fail("%s carries out %s too, which is left out: keep both in changes, and edit its sql", where, strings.Join(gone, ", "))
	}
	return len(kept) > 0 || len(s.Changes) == 0
}

// orphans finds changes that are carried out no more and still taken back.
func (c *checker) orphans(final Plan) {
	up := map[string]bool{}
	for _, s := range final.Statements {
		for _, id := range s.Changes {
			up[id] = true
		}
	}
	for _, s := range final.Down {
		for _, id := range s.Changes {
			if carriedOut(c.given.Statements, id) && !up[id] {
				c.fail("down: %s takes back %s, which no statement carries out any more: leave %s out of changes", s.ID, id, id)
			}
		}
	}
}

func carriedOut(list []Statement, id string) bool {
	return slices.ContainsFunc(list, func(s Statement) bool { return slices.Contains(s.Changes, id) })
}

func (c *checker) tellChanges() {
	for _, g := range c.given.Changes {
		if c.gone[g.ID] {
			c.edits = append(c.edits, "left out: "+strings.TrimSpace(g.Sign+" "+g.Object+" "+g.Detail))
		}
	}
}

func (c *checker) tellStatements(way string, given, final []Statement) {
	var order []int
	for _, f := range final {
		i := slices.IndexFunc(given, func(g Statement) bool { return g.ID == f.ID && f.ID != "" })
		switch {
		case i < 0:
			c.edits = append(c.edits, way+"added: "+head(f.SQL))
			continue
		case given[i].SQL != f.SQL:
			c.edits = append(c.edits, way+"changed: "+head(given[i].SQL)+" → "+head(f.SQL))
		case given[i].Tx != f.Tx:
			c.edits = append(c.edits, way+"in other transactions: "+head(f.SQL))
		}
		if len(order) > 0 && i < order[len(order)-1] {
			c.edits = append(c.edits, way+"moved: "+head(f.SQL))
		}
		order = append(order, i)
	}
	for i, g := range given {
		whole := !slices.ContainsFunc(g.Changes, func(id string) bool { return !c.gone[id] })
		if !slices.Contains(order, i) && !(whole && len(g.Changes) > 0) {
			c.edits = append(c.edits, way+"left out: "+head(g.SQL))
		}
	}
}

// head is the beginning of a statement, on one line.
func head(sql string) string {
	sql = strings.Join(strings.Fields(sql), " ")
	if r := []rune(sql); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return sql
}
