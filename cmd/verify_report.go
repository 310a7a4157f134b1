package cmd

import (
	"fmt"
	"strings"
)

// print writes the report for people: differences between models and revisions,
// findings, notes, and last the counts.
func (v *verifying) print() {
	v.printFindings()
	r := v.report
	if !r.OK {
		v.say("%s in %s.", plural(len(r.Findings), "finding"), plural(len(r.Revisions), "revision"))
		return
	}
	if len(r.Revisions) == 0 {
		v.say("there are no revisions to verify")
		return
	}
	parts := []string{plural(r.Counts.Applied, "revision") + " carried out from nothing"}
	if !v.o.noModels {
		parts = append(parts, "the models agree")
	}
	parts = append(parts, fmt.Sprintf("%d of %d there and back", r.Counts.Reverted, len(r.Revisions)), plural(r.Counts.Fingerprints, "fingerprint")+" as recorded")
	if v.row.locks != nil {
		parts = append(parts, plural(r.Counts.Annotations, "statement")+" as annotated")
	}
	v.say("%s %s (%s).", v.paintErr("ok", green), strings.Join(parts, ", "), r.Server)
}

// printFindings writes what was found so far.
func (v *verifying) printFindings() {
	v.printLines(v.report.Changes)
	for _, f := range v.report.Notes {
		v.printf("%s %s%s\n", v.paint("note:", cyan), placeOf(f), f.Text)
		v.printParts(f)
	}
	for _, f := range v.report.Findings {
		v.printf("%s %s%s\n", v.paint("✗", red), placeOf(f), f.Text)
		v.printParts(f)
		if f.Hint != "" {
			v.say("%s %s", v.paintErr("gen: hint:", cyan), f.Hint)
		}
	}
}

func (v *verifying) printParts(f verifyFinding) {
	if f.SQL != "" {
		v.printf("    %s\n", v.paint(shortSQL(f.SQL), dim))
	}
	for _, d := range f.Details {
		v.printf("    %s\n", d)
	}
	if f.Annotated != "" {
		v.printf("    annotated: %s\n", f.Annotated)
	}
	if f.Observed != "" {
		v.printf("    observed:  %s\n", f.Observed)
	}
}

// shortSQL is a statement on one line, of which the beginning will do.
func shortSQL(sql string) string {
	const most = 120
	line := []rune(strings.Join(strings.Fields(sql), " "))
	if len(line) > most {
		return string(line[:most]) + "…"
	}
	return string(line)
}

// placeOf is where a finding is, and which revision it is of.
func placeOf(f verifyFinding) string {
	switch {
	case f.File == "":
		return ""
	case f.Line == 0:
		return fmt.Sprintf("%s: ", f.File)
	}
	return fmt.Sprintf("%s:%d: ", f.File, f.Line)
}
