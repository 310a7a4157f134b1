package migrations

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Format writes r as a revision file. Parsing the result gives r again, except
// for Path and the lines and columns; a value for which that cannot hold (a
// message of two lines, a statement that is two statements) is an error, so a
// file that would run as something else is never written.
func Format(r *Revision) ([]byte, error) {
	var b bytes.Buffer
	for _, key := range headerKeys {
		value, write := headerText(r, key)
		if !write {
			continue
		}
		b.WriteString(strings.TrimRight("-- "+key+": "+value, " ") + "\n")
	}
	if r.Dialect != "" {
		formatVariant(&b, Variant{r.Dialect, r.Up, r.Down, r.Irreversible}, "")
	}
	for _, v := range r.Variants {
		formatVariant(&b, v, "dialect="+string(v.Dialect))
	}
	again, err := Parse(r.Path, b.Bytes())
	if err != nil {
		return nil, fmt.Errorf("writing revision %s: the file would not be readable: %w", r.ID, err)
	}
	if !reflect.DeepEqual(plain(again), plain(r)) {
		return nil, fmt.Errorf("writing revision %s: the file would read differently: %w", r.ID, errDiffers)
	}
	return b.Bytes(), nil
}

var errDiffers = errors.New("a value holds a line break, spaces at its ends, or more than one statement")

// headerText returns the value of a header key and whether it is written.
func headerText(r *Revision, key string) (string, bool) {
	list := func(values []string) (string, bool) { return strings.Join(values, ", "), len(values) > 0 }
	switch key {
	case "revision":
		return r.ID, true
	case "parents":
		return strings.Join(r.Parents, ", "), true
	case "message":
		return r.Message, r.Message != ""
	case "created":
		return r.Created.UTC().Format(time.RFC3339Nano), !r.Created.IsZero()
	case "depends":
		return list(r.Depends)
	case "labels":
		return list(r.Labels)
	case "dialect":
		return string(r.Dialect), r.Dialect != ""
	case "expects":
		return r.Expects, r.Expects != ""
	case "measured":
		return r.Measured, r.Measured != ""
	case "vars":
		return list(r.Vars)
	case "replaces":
		return list(r.Replaces)
	case "hazards":
		return strings.Join(r.Hazards, "; "), len(r.Hazards) > 0
	}
	return "", false
}

// formatVariant writes the sections of one dialect. attr is "dialect=…" or "".
func formatVariant(b *bytes.Buffer, v Variant, attr string) {
	formatSteps(b, wordUp, attr, v.Dialect, v.Up)
	b.WriteString(formatDown(v, attr))
}

// formatDown writes the way back alone, as the version table keeps it: empty
// when there is none.
func formatDown(v Variant, attr string) string {
	var b bytes.Buffer
	switch {
	case v.Irreversible != "":
		b.WriteByte('\n')
		b.WriteString(directiveLine(wordIrreversible, attr, v.Irreversible))
	case v.Down != nil:
		formatSteps(&b, wordDown, attr, v.Dialect, v.Down)
	}
	return b.String()
}

// formatSteps writes a section. The first step's attributes stand on the
// section's own line.
func formatSteps(b *bytes.Buffer, section, attr string, d Dialect, steps []Step) {
	b.WriteByte('\n')
	if len(steps) == 0 {
		b.WriteString(directiveLine(section, attr))
		return
	}
	for i, st := range steps {
		if i == 0 {
			b.WriteString(directiveLine(section, attr, stepText(st)))
		} else {
			b.WriteString("\n" + directiveLine(wordStep, stepText(st)))
		}
		for _, what := range st.Loses {
			b.WriteString(directiveLine(wordLoses, what))
		}
		if st.Go != "" {
			rev := ""
			if st.GoRev != "" {
				rev = "rev=" + st.GoRev
			}
			b.WriteString(directiveLine(wordGo, st.Go, rev))
		}
		for j, s := range st.Statements {
			if j > 0 {
				b.WriteByte('\n')
			}
			formatStatement(b, d, s)
		}
	}
}

func directiveLine(name string, parts ...string) string {
	line := directivePrefix + name
	for _, part := range parts {
		if part != "" {
			line += " " + part
		}
	}
	return line + "\n"
}

// stepText is a step's attributes.
func stepText(st Step) string {
	var attrs []string
	add := func(key, value string) { attrs = append(attrs, key+"="+value) }
	if st.Name != "" {
		add("name", st.Name)
	}
	if st.Tx != TxOn {
		add("tx", st.Tx.String())
	}
	if st.ForeignKeysOff {
		add("foreign_keys", "off")
	}
	for _, t := range [...]struct {
		key string
		d   time.Duration
	}{{"lock_timeout", st.LockTimeout}, {"statement_timeout", st.StatementTimeout}, {"throttle", st.Throttle}} {
		switch {
		case t.d == NoTimeout:
			add(t.key, "0")
		case t.d != 0:
			add(t.key, t.d.String())
		}
	}
	return strings.Join(attrs, " ")
}

// formatStatement writes comments and statement, inside gen:statement … end
// when the lexer alone would not find the same statement again.
func formatStatement(b *bytes.Buffer, d Dialect, s Statement) {
	for _, ig := range s.Ignores {
		b.WriteString(directiveLine(wordLintIgnore, strings.Join(ig.Rules, ","), ig.Reason))
	}
	for _, line := range s.Comment {
		b.WriteString(strings.TrimRight("-- "+line, " ") + "\n")
	}
	for _, c := range s.Prechecks {
		b.WriteString(directiveLine(wordPrecheck, c.SQL))
	}
	again, err := Split(d, s.SQL+";")
	if err == nil && len(again) == 1 && again[0].SQL == s.SQL {
		b.WriteString(s.SQL + ";\n")
		return
	}
	b.WriteString(directivePrefix + wordStatement + "\n" + s.SQL + "\n" + directivePrefix + wordEnd + "\n")
}

// plain returns a copy of r without positions and with empty lists as nil, the
// form in which two revisions are compared.
func plain(r *Revision) *Revision {
	c := *r
	c.Path = ""
	c.Created = c.Created.UTC()
	for _, list := range []*[]string{&c.Parents, &c.Depends, &c.Labels, &c.Hazards, &c.Vars, &c.Replaces} {
		*list = append([]string(nil), *list...)
	}
	c.Up, c.Down = plainSteps(c.Up), plainSteps(c.Down)
	if c.Down == nil && r.Down != nil {
		c.Down = []Step{}
	}
	c.Variants = nil
	for _, v := range r.Variants {
		down := plainSteps(v.Down)
		if down == nil && v.Down != nil {
			down = []Step{}
		}
		c.Variants = append(c.Variants, Variant{v.Dialect, plainSteps(v.Up), down, v.Irreversible})
	}
	return &c
}

func plainSteps(steps []Step) []Step {
	var out []Step
	for _, st := range steps {
		st.Line = 0
		var statements []Statement
		for _, s := range st.Statements {
			var comment []string
			for _, line := range s.Comment {
				comment = append(comment, strings.TrimRight(line, " \t"))
			}
			var ignores []LintIgnore
			for _, ig := range s.Ignores {
				ignores = append(ignores, LintIgnore{Rules: ig.Rules, Reason: ig.Reason})
			}
			var prechecks []Precheck
			for _, c := range s.Prechecks {
				prechecks = append(prechecks, Precheck{SQL: c.SQL})
			}
			statements = append(statements, Statement{SQL: s.SQL, Comment: comment, Ignores: ignores, Prechecks: prechecks})
		}
		st.Statements = statements
		out = append(out, st)
	}
	return out
}
