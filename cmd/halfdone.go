package cmd

import (
	"fmt"
	"strings"

	"github.com/gen-migrate/gen/migrations"
)

// A halfDone is a revision that a run is at, or was interrupted in. Step,
// Statement and what belongs to them are left out when the files do not have the
// place.
type halfDone struct {
	Revision  string `json:"revision"`
	Message   string `json:"message"`
	Direction string `json:"direction"`
	Done      int    `json:"done"` // statements
	Total     int    `json:"total"`

	Step      int    `json:"step,omitempty"` // from 1
	Steps     int    `json:"steps,omitempty"`
	Name      string `json:"name,omitempty"` // of the step
	Tx        string `json:"tx,omitempty"`
	File      string `json:"file,omitempty"`
	Line      int    `json:"line,omitempty"`
	Statement string `json:"statement,omitempty"` // its first line
	InDoubt   bool   `json:"in_doubt,omitempty"`
	Decide    bool   `json:"decide,omitempty"` // by gen resolve

	Error    string `json:"error,omitempty"`
	FailedAt string `json:"failed_at,omitempty"`
	Since    string `json:"since,omitempty"`
	By       string `json:"by,omitempty"`
	Tool     string `json:"tool,omitempty"`

	Running *runningRun `json:"running,omitempty"`
}

// A runningRun is the run that has the lock now.
type runningRun struct {
	PID         int    `json:"pid"`
	Application string `json:"application"`
	Client      string `json:"client,omitempty"`
	Query       string `json:"query,omitempty"`
}

func (a *app) reportHalfDone(h migrations.HalfDone) halfDone {
	d := halfDone{
		Revision: h.Row.Revision, Message: h.Row.Message, Direction: h.Direction.String(), Done: h.Row.Cursor, Total: h.Row.Total,
		InDoubt: h.Row.InFlight != "", Decide: h.Decide, Error: a.redact(h.Row.Error), FailedAt: stamp(h.FailedAt), Since: stamp(h.Since), By: h.By, Tool: h.Tool,
	}
	if h.Placed {
		d.Step, d.Steps, d.Name, d.Tx = h.Place.Step+1, h.Place.Steps, h.Place.Name, h.Place.Tx.String()
		d.File, d.Line, d.Statement = h.Place.Path, h.Place.Line, firstLine(h.Place.SQL)
	}
	if r := h.Running; r != nil {
		d.Running = &runningRun{PID: r.PID, Application: r.Application, Client: r.Client, Query: a.redact(r.Query)}
	}
	return d
}

// printHalfDone says where a run is, or was interrupted.
func (a *app) printHalfDone(list []migrations.HalfDone) {
	for _, half := range list {
		d := a.reportHalfDone(half)
		a.printf("%s\n", a.paint(fmt.Sprintf("%s (half done, going %s: %d of %s), %s", d.Revision, d.Direction, d.Done, plural(d.Total, "statement"), d.Message), yellow))
		if d.Steps > 0 {
			name := ""
			if d.Name != "" {
				name = " " + d.Name
			}
			a.printf("    at step %d of %d%s (tx=%s), %s:%d: %s\n", d.Step, d.Steps, name, d.Tx, d.File, d.Line, d.Statement)
		}
		switch {
		case d.Decide:
			a.printf("    it was running outside a transaction when its run ended, and the database cannot tell whether it was done: gen resolve %s --done, or --redo\n", d.Revision)
		case d.InDoubt && d.Running == nil:
			a.printf("    it was running outside a transaction when its run ended: the next one finds out whether it was done\n")
		}
		if d.Error != "" {
			a.printf("    last error%s: %s\n", at(d.FailedAt), firstLine(d.Error))
		}
		if d.Since != "" {
			by := ""
			if d.By != "" {
				by = " by " + d.By + ", " + d.Tool
			}
			a.printf("    begun %s%s\n", d.Since, by)
		}
		if half.Running != nil {
			a.printf("    a run has the lock: %s\n", half.Running)
		}
	}
}

func at(time string) string {
	if time == "" {
		return ""
	}
	return " at " + time
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
