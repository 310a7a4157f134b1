package cmd

import (
	"errors"
	"reflect"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/modelscan"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// here is a position of the models for a message: like every path that is
// printed it counts from where the user stands, so that a click opens it.
// Positions count from --dir, and so they are written into revision files.
func (a *app) here(p schema.Pos) schema.Pos {
	p.File = a.path(p.File)
	return p
}

// allHere is here for every position that v holds. A schema is a tree of values:
// it ends.
func (a *app) allHere(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			a.allHere(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			a.allHere(v.Index(i))
		}
	case reflect.Struct:
		if p, ok := reflect.TypeAssert[schema.Pos](v); ok && v.CanSet() {
			v.Set(reflect.ValueOf(a.here(p)))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				a.allHere(v.Field(i))
			}
		}
	}
}

// lines are the changes of a plan for a reader, in the order of execution.
func (a *app) lines(p diff.Plan) []diff.Line {
	out := make([]diff.Line, len(p.Changes))
	for i, c := range p.Changes {
		out[i] = diff.Describe(c)
		out[i].Pos = a.here(out[i].Pos)
	}
	return out
}

// mistakes are those of the models, told from here.
func (a *app) mistakes(err error) error {
	var found *modelscan.Errors
	if a.globals.dir == "" || !errors.As(err, &found) {
		return err
	}
	told := &modelscan.Errors{}
	for _, p := range found.Problems {
		p.Pos = a.here(p.Pos)
		told.Problems = append(told.Problems, p)
	}
	return told
}

// refused makes sentences, each with its hint, of what the models say and the
// product or the plan cannot do; other errors it leaves alone.
func (a *app) refused(err error) error {
	if err == nil {
		return nil
	}
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	}
	told := &refusedError{err: err}
	for _, one := range list {
		var u *render.UnsupportedError
		var want *introspect.WantError
		var conflicts *diff.Conflicts
		switch {
		case errors.As(one, &u):
			told.add(a.here(diff.Describe(u.Change).Pos), u.Why, u.Hint)
		case errors.As(one, &want):
			told.add(a.here(want.Pos), want.Object+": "+want.Text, want.Hint)
		case errors.As(one, &conflicts):
			for _, c := range conflicts.List {
				told.add(a.here(c.Pos), c.Text, c.Hint)
			}
		default:
			return err
		}
	}
	return told
}

// A refusedError is what cannot be planned, as a person reads it: the place in
// the models, why, and below it what to do.
type refusedError struct {
	text string
	err  error
}

func (e *refusedError) Error() string { return e.text }
func (e *refusedError) Unwrap() error { return e.err }

func (e *refusedError) add(at schema.Pos, fact, hint string) {
	if at.IsValid() {
		fact = at.String() + ": " + fact
	}
	if hint != "" {
		fact += "\n    hint: " + hint
	}
	if e.text != "" {
		e.text += "\n"
	}
	e.text += fact
}
