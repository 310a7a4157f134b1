package cmd

import (
	"encoding/json"
	"fmt"
	"strings"
)

// nearest returns the word of known closest to s by edit distance, or "" when
// none is close enough to be what was meant.
func nearest(s string, known []string) string {
	best, at := "", len(s)/2+1
	for _, k := range known {
		if d := editDistance(s, k); d < at {
			best, at = k, d
		}
	}
	return best
}

// editDistance is Levenshtein's, over bytes.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diag := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diag, row[j] = row[j], min(row[j]+1, row[j-1]+1, diag+cost)
		}
	}
	return row[len(b)]
}

// plural says "1 table", "2 tables".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// printJSON writes v as the one document of --format json.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// printf writes a line of the answer.
func (a *app) printf(format string, args ...any) {
	fmt.Fprintf(a.stdout, format, args...)
}

// say writes a line of speech, unless --quiet or --format json.
func (a *app) say(format string, args ...any) {
	if a.globals.quiet || a.globals.format == "json" {
		return
	}
	fmt.Fprintln(a.stderr, a.redact(strings.TrimRight(fmt.Sprintf(format, args...), "\n")))
}

// A colour is an SGR parameter.
type colour string

const (
	red    colour = "31"
	green  colour = "32"
	yellow colour = "33"
	cyan   colour = "36"
	dim    colour = "2"
	bold   colour = "1"
)

// paint colours a piece of the answer, on a terminal only.
func (a *app) paint(s string, c colour) string { return a.painted(s, c, a.stdoutTTY) }

// paintErr colours a piece of speech.
func (a *app) paintErr(s string, c colour) string { return a.painted(s, c, a.stderrTTY) }

func (a *app) painted(s string, c colour, terminal bool) string {
	if s == "" || !terminal || a.globals.noColor || a.getenv("NO_COLOR") != "" || a.getenv("TERM") == "dumb" {
		return s
	}
	return "\x1b[" + string(c) + "m" + s + "\x1b[0m"
}
