package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gen-migrate/gen/schema"
)

// A question to the server: does user mean the same as live? With an empty live:
// is user valid?
type question struct {
	kind    exprKind
	cast    string // of a default or generated column: its type
	table   string // the name under which the expression may call its table
	home    schema.Name
	columns []schema.Column
	user    string // under the names that the server has, as all of it
	live    string
	asks    string // user and live under the names of want
	says    string
	anew    bool // the columns are of types to come
	newEnum bool // it takes an enum type that the server does not have yet

	places  []*place
	asked   bool
	verdict verdict
	refused *pgconn.PgError
}

type verdict byte

const (
	different verdict = iota
	equal             // sure
	alike             // by EXPLAIN alone
	invalid
	skipped // could not be asked
)

// An enquiry collects questions and asks each one once.
type enquiry struct {
	w         *canonizer
	questions map[string]*question
	order     []*question
	fresh     freshNames
}

// freshNames are what want has and the server does not, by local name: an
// expression that fails over one of them is not wrong.
type freshNames struct {
	enums     map[string]bool // not there
	changed   map[string]bool // there with other values
	relations map[string]bool // tables and sequences, as "name" and as "schema.name"
	schemas   map[string]bool
	objects   map[string]bool // types, routines and collations: not there, or there with another definition
	extension bool            // one is not there, or elsewhere: what it brings has names that nobody knows yet
}

func (f freshNames) relation(n schema.Name) {
	f.relations[n.Local], f.relations[n.String()] = true, true
}

func newEnquiry(w *canonizer) *enquiry {
	e := &enquiry{w: w, questions: map[string]*question{}}
	e.fresh = freshNames{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, w.newExtension()}
	for _, o := range w.want.Objects {
		if (schema.IsRoutine(o.Kind) || schema.IsType(o.Kind) || o.Kind == schema.KindCollation) && !w.asItIs(o) {
			e.fresh.objects[o.Name.Local] = true
			e.fresh.objects[e.w.former.local(o)] = true
		}
	}
	for _, s := range w.want.Schemas {
		if !slices.ContainsFunc(w.have.Schemas, func(h schema.Schema) bool { return h.Name == s.Name }) {
			e.fresh.schemas[s.Name] = true
		}
	}
	for i := range w.want.Enums {
		x := &w.want.Enums[i]
		switch h := w.have.Enum(x.Name); {
		case h == nil:
			e.fresh.enums[x.Name.Local] = true
		case !slices.Equal(h.Values, x.Values):
			e.fresh.changed[x.Name.Local] = true
		}
	}
	for i := range w.want.Tables {
		t := &w.want.Tables[i]
		have := w.haveTables[t.Name]
		if have == nil {
			e.fresh.relation(t.Name)
		}
		for _, c := range t.Columns {
			if c.Serial && (have == nil || have.Column(c.Name) == nil || !have.Column(c.Name).Serial) {
				e.fresh.relation(serialName(t.Name, c.Name))
			}
		}
	}
	there := sequenceNames(w.have)
	for _, s := range w.want.Sequences {
		if !there[s.Name] {
			e.fresh.relation(s.Name)
		}
	}
	return e
}

// asItIs reports whether the database has the object with that definition.
func (w *canonizer) asItIs(o schema.Object) bool {
	h := w.haveObjects[o.Ref()]
	return h != nil && h.SQL == o.SQL && slices.Equal(h.Shape, o.Shape) && slices.Equal(h.Facets, o.Facets)
}

// newExtension reports whether files of objects bring an extension, or have one
// in another schema than the database.
func (w *canonizer) newExtension() bool {
	return slices.ContainsFunc(w.want.Objects, func(o schema.Object) bool { return o.Kind == schema.KindExtension && !w.asItIs(o) })
}

// add asks whether the place's expression equals live; an empty live asks
// whether it is valid. Where a column that they name gets another type the question
// is about the types to come: the server reads what is stored anew then, and a cast
// that says nothing today may say something.
func (e *enquiry) add(p *place, live string) {
	if live != "" && e.w.memo.mentions(*p.text, newColumns(p)) {
		// It cannot equal what is there; it may still be wrong.
		live = ""
	}
	q := &question{kind: p.kind, table: p.table.Name.Local, home: p.table.Name,
		user: e.w.former.text(*p.text), live: e.w.former.text(live), asks: *p.text, says: live}
	whole := false
	if p.kind != defaultExpr {
		q.columns, whole = e.w.memo.mentioned(q, p.table.Columns)
	}
	stays := q.live != "" && !p.retyped(q.columns)
	if stays && p.kind != defaultExpr {
		q.columns, whole = e.w.memo.mentioned(q, p.have.Columns)
	}
	q.anew = q.live != "" && !stays
	switch {
	case p.column == nil:
	case stays || q.live != "" && p.kind == defaultExpr:
		q.cast = p.live.Type.Text
	default:
		q.cast = p.column.Type.Text
	}
	q.cast, q.columns = e.w.former.text(q.cast), e.w.former.columns(q.columns)
	e.markEnums(q)
	key := fmt.Sprintf("%d|%s|%s|%s|", q.kind, q.cast, q.user, q.live)
	if whole {
		key += q.table
	}
	for _, c := range q.columns {
		key += fmt.Sprintf("|%q %s %s", c.Name, c.Type.Text, c.Collation)
	}
	if first, ok := e.questions[key]; ok {
		q = first
	} else {
		e.questions[key] = q
		e.order = append(e.order, q)
	}
	q.places = append(q.places, p)
	if q.asked {
		e.apply(q)
	}
}

// newColumns are the columns that want has and have has not.
func newColumns(p *place) map[string]bool {
	fresh := map[string]bool{}
	for i := range p.table.Columns {
		if name := p.table.Columns[i].Name; p.have.Column(name) == nil {
			fresh[name] = true
		}
	}
	return fresh
}

// mentioned are the columns that the question's expressions name; all of them
// where one names the table or cannot be read.
func (m memo) mentioned(q *question, all []schema.Column) (list []schema.Column, whole bool) {
	user, live := m.names(q.user), m.names(q.live)
	whole = user[""] || live[""] || user[q.table] || live[q.table]
	for _, c := range all {
		if whole || user[c.Name] || live[c.Name] {
			list = append(list, c)
		}
	}
	return list, whole
}

// markEnums notes whether a type must be made before the question can be asked.
func (e *enquiry) markEnums(q *question) {
	if len(e.fresh.enums) == 0 {
		return
	}
	q.newEnum = e.w.memo.mentions(q.user, e.fresh.enums) || e.w.memo.mentions(q.cast, e.fresh.enums)
	for _, c := range q.columns {
		q.newEnum = q.newEnum || e.w.memo.mentions(c.Type.Text, e.fresh.enums)
	}
}

// ask settles all questions that were added since the last call.
func (e *enquiry) ask(ctx context.Context) error {
	var open []*question
	for _, q := range e.order {
		if !q.asked {
			open = append(open, q)
		}
	}
	if len(open) == 0 {
		return nil
	}
	if err := e.explain(ctx, open); err != nil {
		return err
	}
	var unsure []*question
	for _, q := range open {
		q.asked = true
		if q.verdict == alike {
			if bone, ok := e.w.memo.skeleton(q.user); ok {
				if live, ok := e.w.memo.skeleton(q.live); ok && live == bone {
					q.verdict = equal
					continue
				}
			}
			unsure = append(unsure, q)
		}
	}
	if err := e.confirm(ctx, unsure); err != nil {
		return err
	}
	for _, q := range open {
		e.apply(q)
	}
	return nil
}

// apply tells the places what the answer means for them.
func (e *enquiry) apply(q *question) {
	places := q.places
	q.places = nil // apply may add
	for _, p := range places {
		switch {
		case p.invalid || p.settled && q.live != "":
		case q.verdict == equal:
			p.settle(q.says)
		case q.verdict == alike:
			e.w.note(p, e.unconfirmed())
			p.settle(q.says)
		case q.verdict == invalid && q.live != "":
			e.add(p, "") // which of the two is wrong?
		case q.verdict == invalid && !e.excused(q):
			p.invalid = true
			text := strings.Replace(q.refused.Message, "argument of IS TRUE", "the expression", 1)
			hint := q.refused.Hint
			if hint == "" && q.refused.Code == insufficientPrivilege {
				hint = "grant the role of the connection the right to use it, or run with another role"
			}
			e.w.refuse(p.pos, p.object, fmt.Sprintf("%s, in %s", text, q.asks), hint)
		}
	}
}

// retyped reports whether one of these columns of want, or the place's own, has
// another type in have.
func (p *place) retyped(columns []schema.Column) bool {
	if p.column != nil && p.live != nil && p.column.Type.Text != p.live.Type.Text {
		return true
	}
	return slices.ContainsFunc(columns, func(c schema.Column) bool {
		h := p.have.Column(c.Name)
		return h != nil && h.Type.Text != c.Type.Text
	})
}

// pending reports whether questions wait to be asked.
func (e *enquiry) pending() bool {
	return slices.ContainsFunc(e.order, func(q *question) bool { return !q.asked })
}

// unconfirmed is why temporary tables could not be used.
func (e *enquiry) unconfirmed() string {
	switch {
	case e.w.info.Standby:
		return "the server is a standby"
	case !e.w.info.CanTemp:
		return "the role may not create temporary tables here"
	}
	return "the expression cannot stand in a temporary table"
}

// SQLSTATEs.
const (
	insufficientPrivilege = "42501"
	undefinedSchema       = "3F000"
	undefinedTable        = "42P01"
	undefinedFunction     = "42883"
	undefinedObject       = "42704"
	invalidText           = "22P02" // a literal that is no value of its type
)

// excused reports whether the server's refusal may come from something that the
// plan makes first.
func (e *enquiry) excused(q *question) bool {
	uses := func(set map[string]bool) bool {
		return e.w.memo.mentions(q.asks, set) || e.w.memo.mentions(q.user, set) || e.w.memo.mentions(q.cast, set) ||
			slices.ContainsFunc(q.columns, func(c schema.Column) bool { return e.w.memo.mentions(c.Type.Text, set) })
	}
	if uses(e.fresh.objects) {
		return true // the server knows another one: of other arguments, with another result, a procedure
	}
	switch q.refused.Code {
	case undefinedTable:
		return e.literalNames(q.user, e.fresh.relations)
	case undefinedFunction, undefinedObject:
		return e.fresh.extension
	case undefinedSchema:
		return e.fresh.extension || e.literalMentions(q.user, e.fresh.schemas) || e.w.memo.mentions(q.user, e.fresh.schemas)
	case invalidText:
		return uses(e.fresh.changed)
	}
	return false
}

// literalNames reports whether a string names one of the relations, with its
// schema or without, as that of nextval('app.ticket_seq') does. Another
// relation of the same name in another schema is none of them.
func (e *enquiry) literalNames(text string, set map[string]bool) bool {
	return slices.ContainsFunc(lex(text), func(t token) bool {
		if t.kind != literal {
			return false
		}
		var parts []string
		for _, part := range lex(t.text) {
			if part.name() {
				parts = append(parts, part.text)
			}
		}
		return set[strings.Join(parts, ".")]
	})
}

// literalMentions reports whether a string holds one of the names, as that of
// nextval('app.ticket_seq') does.
func (e *enquiry) literalMentions(text string, set map[string]bool) bool {
	return slices.ContainsFunc(lex(text), func(t token) bool { return t.kind == literal && e.w.memo.mentions(t.text, set) })
}

// perStatement bounds how many questions share one EXPLAIN.
const perStatement = 50

// explain asks all questions in one exchange, those of one table in one
// statement, in a transaction that ends with a rollback. Statements that fail are
// taken apart and asked again.
func (e *enquiry) explain(ctx context.Context, open []*question) error {
	access := "READ ONLY"
	needEnums := slices.ContainsFunc(open, func(q *question) bool { return q.newEnum })
	if needEnums && e.w.info.CanTemp {
		access = "READ WRITE"
	}
	return e.transaction(ctx, access, func() error {
		if needEnums {
			if err := e.makeEnums(ctx, open); err != nil {
				return err
			}
		}
		var groups [][]*question
		index := map[string]int{}
		for _, q := range open {
			if q.verdict == skipped {
				continue
			}
			key := q.home.String()
			switch {
			case q.kind == defaultExpr:
				key = ""
			case q.live == "" || q.anew:
				key = "new " + key
			}
			at, ok := index[key]
			if !ok || len(groups[at]) >= perStatement {
				at = len(groups)
				index[key] = at
				groups = append(groups, nil)
			}
			groups[at] = append(groups[at], q)
		}
		failed, err := e.explainGroups(ctx, groups)
		if err != nil || len(failed) == 0 {
			return err
		}
		return e.explainAlone(ctx, failed)
	})
}

// transaction runs f between BEGIN and ROLLBACK, with the settings pinned that
// change what expressions mean.
func (e *enquiry) transaction(ctx context.Context, access string, f func() error) error {
	began, err := run(ctx, e.w.c, []segment{{"BEGIN " + access, "SELECT " + pinned}})
	if err == nil && began[0].refused != nil {
		err = began[0].refused
	}
	if err == nil {
		err = f()
	}
	if e.w.c.IsClosed() {
		return err
	}
	if ended, endErr := run(context.WithoutCancel(ctx), e.w.c, []segment{{"ROLLBACK"}}); err == nil {
		if err = endErr; err == nil && ended[0].refused != nil {
			err = ended[0].refused
		}
	}
	return err
}

// makeEnums makes the schemas and enum types that want has and the server has
// not, until the rollback. Where the role may not, the questions that need them
// are not asked.
func (e *enquiry) makeEnums(ctx context.Context, open []*question) error {
	script := segment{"SAVEPOINT gen_types"}
	for _, s := range e.w.want.Schemas {
		if !slices.ContainsFunc(e.w.have.Schemas, func(h schema.Schema) bool { return h.Name == s.Name }) {
			script = append(script, "CREATE SCHEMA IF NOT EXISTS "+pg.Ident(s.Name))
		}
	}
	for _, x := range e.w.want.Enums {
		if e.w.have.Enum(x.Name) != nil {
			continue
		}
		values := []string{}
		for _, v := range x.Values {
			values = append(values, pg.Literal(v))
		}
		script = append(script, "CREATE TYPE "+pg.QName(x.Name)+" AS ENUM ("+strings.Join(values, ", ")+")")
	}
	skip := !e.w.info.CanTemp
	if !skip {
		made, err := run(ctx, e.w.c, []segment{script})
		if err != nil {
			return err
		}
		if made[0].refused != nil {
			if _, err := run(ctx, e.w.c, []segment{{"ROLLBACK TO SAVEPOINT gen_types"}}); err != nil {
				return err
			}
			skip = true
		}
	}
	for _, q := range open {
		if skip && q.newEnum {
			q.verdict = skipped
		}
	}
	return nil
}

// explainGroups returns the questions whose statement failed.
func (e *enquiry) explainGroups(ctx context.Context, groups [][]*question) ([]*question, error) {
	var segments []segment
	for _, g := range groups {
		segments = append(segments, segment{"SAVEPOINT gen", explainSQL(g)}, segment{"ROLLBACK TO SAVEPOINT gen"})
	}
	answers, err := run(ctx, e.w.c, segments)
	if err != nil {
		return nil, err
	}
	var failed []*question
	for i, g := range groups {
		if answers[2*i].refused != nil || !readOutputs(answers[2*i], g) {
			failed = append(failed, g...)
		}
	}
	return failed, nil
}

// explainAlone asks each question by itself, and the user's side alone: it tells
// who is to blame.
func (e *enquiry) explainAlone(ctx context.Context, list []*question) error {
	var segments []segment
	back := segment{"ROLLBACK TO SAVEPOINT gen"}
	for _, q := range list {
		user := *q
		user.live = ""
		segments = append(segments,
			segment{"SAVEPOINT gen", explainSQL([]*question{&user})}, back,
			segment{"SAVEPOINT gen", explainSQL([]*question{q})}, back)
	}
	answers, err := run(ctx, e.w.c, segments)
	if err != nil {
		return err
	}
	for i, q := range list {
		user, pair := answers[4*i], answers[4*i+2]
		switch {
		case user.refused != nil:
			q.verdict, q.refused = invalid, user.refused
		case pair.refused != nil && q.anew:
			q.verdict = different // what is there cannot be said of the types to come
		case pair.refused != nil:
			q.verdict = alike // EXPLAIN cannot tell; the temporary table decides
		case !readOutputs(pair, []*question{q}):
			q.verdict, q.refused = invalid, &pgconn.PgError{Message: "it is not one expression"}
		}
	}
	return nil
}
