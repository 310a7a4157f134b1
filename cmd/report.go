package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/modelscan"
)

// Exit statuses beyond 0 (DESIGN: the contract of the command line).
const (
	exitFound       = 1 // check, diff --exit-code, current --check-heads: something was found
	exitWrong       = 2
	exitLocked      = 3
	exitInterrupted = 4
	exitTampered    = 5
)

// An exitError carries an exit status that does not follow from its error.
// With a nil err nothing is printed: the command has said it all.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// errFound ends a command that found what it was looking for.
var errFound = error(&exitError{code: exitFound})

// A hintError adds to a fact what would help: a command to paste.
type hintError struct {
	err  error
	hint string
}

func (e *hintError) Error() string { return e.err.Error() }
func (e *hintError) Unwrap() error { return e.err }

func withHint(err error, hint string) error {
	if err == nil {
		return nil
	}
	return &hintError{err, hint}
}

// report prints err, if there is anything to print, and returns the status.
// It is the only printer of errors.
func (a *app) report(err error) int {
	if err == nil {
		return 0
	}
	code := exitCode(err)
	var exit *exitError
	if errors.As(err, &exit) && exit.err == nil {
		return code
	}
	if a.globals.format == "json" {
		a.reportJSON(err, code)
		return code
	}
	for _, line := range strings.Split(strings.TrimRight(errorText(err), "\n"), "\n") {
		// Errors found in files bring hints and details along, a line each.
		switch hint, isHint := strings.CutPrefix(line, "    hint: "); {
		case isHint:
			fmt.Fprintf(a.stderr, "%s %s\n", a.paintErr("gen: hint:", cyan), a.redact(hint))
		case strings.HasPrefix(line, "    "):
			fmt.Fprintln(a.stderr, a.redact(line))
		default:
			fmt.Fprintf(a.stderr, "%s %s\n", a.paintErr("gen: error:", red), a.redact(line))
		}
	}
	if hint := hintOf(err); hint != "" {
		for _, line := range strings.Split(hint, "\n") {
			fmt.Fprintf(a.stderr, "%s %s\n", a.paintErr("gen: hint:", cyan), a.redact(line))
		}
	}
	return code
}

// A jsonError is what went wrong, in JSON. Error is the facts, a line each;
// Hint is there when one hint is for all of it; Problems, when places in files
// are to blame.
type jsonError struct {
	Error    string        `json:"error"`
	Hint     string        `json:"hint,omitempty"`
	Exit     int           `json:"exit"`
	Problems []jsonProblem `json:"problems,omitempty"`
}

type jsonProblem struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	Col  int    `json:"col,omitempty"`
	Text string `json:"text"`
	Hint string `json:"hint,omitempty"`
}

func (a *app) reportJSON(err error, code int) { _ = a.printJSON(a.jsonError(err, code)) }

// jsonError takes an error apart as report does for people: facts, details
// and hints.
func (a *app) jsonError(err error, code int) jsonError {
	doc := jsonError{Hint: a.redact(hintOf(err)), Exit: code}
	var scan *modelscan.Errors
	if errors.As(err, &scan) {
		for _, p := range scan.Problems {
			doc.Problems = append(doc.Problems, jsonProblem{p.Pos.File, p.Pos.Line, p.Pos.Col, a.redact(p.Text), a.redact(p.Hint)})
		}
	} else {
		doc.Problems = problemsIn(a.redact(errorText(err)))
	}
	facts := make([]string, len(doc.Problems))
	placed := false
	for i, p := range doc.Problems {
		facts[i] = p.Text
		if p.File != "" {
			facts[i] = fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, p.Text)
			placed = true
		}
	}
	doc.Error = strings.Join(facts, "\n")
	if len(doc.Problems) == 1 {
		doc.Hint = cmp.Or(doc.Hint, doc.Problems[0].Hint)
	}
	if !placed && len(doc.Problems) == 1 {
		doc.Problems = nil
	}
	return doc
}

var placePattern = regexp.MustCompile(`^([^\s:][^:]*):([0-9]+):([0-9]+): `)

// problemsIn cuts an error text into its facts: a fact begins at column 0, its
// details and its hint stand below it, indented.
func problemsIn(text string) []jsonProblem {
	var list []jsonProblem
	for _, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		last := len(list) - 1
		switch hint, isHint := strings.CutPrefix(line, "    hint: "); {
		case last >= 0 && isHint:
			list[last].Hint = hint
		case last >= 0 && strings.HasPrefix(line, "    "):
			list[last].Text += "\n" + line
		default:
			p := jsonProblem{Text: line}
			if m := placePattern.FindStringSubmatch(line); m != nil {
				p.File, p.Text = m[1], line[len(m[0]):]
				p.Line, _ = strconv.Atoi(m[2])
				p.Col, _ = strconv.Atoi(m[3])
			}
			list = append(list, p)
		}
	}
	return list
}

// exitCode maps an error to the status of DESIGN §5 and §7.
func exitCode(err error) int {
	var exit *exitError
	if errors.As(err, &exit) {
		return exit.code
	}
	var locked *migrations.LockHeldError
	var interrupted *migrations.InterruptedError
	var edited *migrations.EditedError
	var missing *migrations.MissingError
	switch {
	case errors.As(err, &locked):
		return exitLocked
	case errors.As(err, &interrupted):
		return exitInterrupted
	case errors.As(err, &edited), errors.As(err, &missing):
		return exitTampered
	}
	return exitWrong
}

func errorText(err error) string {
	var exit *exitError
	if errors.As(err, &exit) && exit.err != nil {
		err = exit.err
	}
	text := err.Error()
	// Lines of one server's message are not errors of their own.
	for _, row := range dialects() {
		if d := row.detail(err); d.SQLState != "" {
			text = strings.ReplaceAll(text, d.Message, belowEachOther(d.Message))
		}
	}
	return text
}

// belowEachOther indents the lines of a text behind its first, so deep that
// none passes for a hint.
func belowEachOther(text string) string {
	return strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n      ")
}

// hintOf finds what helps: a hint given on the way, or what the error type
// itself says.
func hintOf(err error) string {
	var h *hintError
	if errors.As(err, &h) {
		return h.hint
	}
	var hinter interface{ Hint() string }
	if errors.As(err, &hinter) {
		return hinter.Hint()
	}
	if text := err.Error(); !strings.Contains(text, "\n    hint: ") {
		for _, row := range dialects() {
			if advice := migrations.Advice(row.detail(err), err); advice != "" {
				return advice
			}
		}
	}
	return ""
}
