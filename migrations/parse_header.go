package migrations

import (
	"strings"
	"time"
)

// headerKeys are the header's keys in the order Format writes them.
var headerKeys = []string{"revision", "parents", "message", "created", "depends", "labels",
	"dialect", "expects", "measured", "vars", "replaces", "hazards"}

// header reads the leading run of "-- key: value" lines and returns the offset
// of what follows: a blank line, a directive or the end.
func (p *parser) header() int {
	seen := map[string]int{}
	pos := 0
	for pos < len(p.src) {
		line, _, _ := strings.Cut(p.src[pos:], "\n")
		if strings.TrimSpace(line) == "" && pos > 0 || strings.HasPrefix(line, directivePrefix) {
			break
		}
		p.headerLine(pos, line, seen)
		pos = min(pos+len(line)+1, len(p.src))
	}
	for _, key := range []string{"revision", "parents"} {
		if _, ok := seen[key]; !ok {
			hint := "begin the file with -- revision: <id>"
			if key == "parents" {
				hint = "add -- parents: <ids>; leave the value empty for a first revision"
			}
			p.errorf(0, hint, "the header has no %s line", key)
		}
	}
	return pos
}

// headerLine reads one line of the header at offset pos.
func (p *parser) headerLine(pos int, line string, seen map[string]int) {
	rest, ok := strings.CutPrefix(line, "-- ")
	if !ok {
		hint := "write -- key: value; a blank line ends the header"
		if trimmed := strings.TrimLeft(line, "- \t"); trimmed != "" && strings.Contains(line, "--") {
			hint = "write -- " + strings.TrimSpace(trimmed) + " at the start of the line, or a blank line to end the header"
		}
		p.errorf(pos, hint, "this is not a header line")
		return
	}
	key, value, ok := strings.Cut(rest, ":")
	if !ok {
		p.errorf(pos, "put a blank line between the header and other comments", "header line has no colon")
		return
	}
	at := pos + len("-- ")
	if !contains(headerKeys, key) {
		p.errorf(at, didYouMean(strings.TrimSpace(key), headerKeys), "unknown header key %q", key)
		return
	}
	if first, ok := seen[key]; ok {
		p.errorf(at, "", "header key %s is given twice, first on line %d", key, first)
		return
	}
	seen[key], _ = p.lines.position(pos)
	at += len(key) + 1
	at += len(value) - len(strings.TrimLeft(value, " \t"))
	p.headerValue(at, key, strings.TrimSpace(value))
}

// headerValue stores the value of key, which stands at offset at.
func (p *parser) headerValue(at int, key, value string) {
	r := p.rev
	switch key {
	case "revision":
		r.ID = value
		p.wrong(at, checkID(value))
	case "parents":
		r.Parents = p.list(at, value, checkID)
	case "message":
		r.Message = value
	case "created":
		t, err := time.Parse(time.RFC3339, value)
		if err != nil {
			p.errorf(at, "write it as 2026-11-22T08:14:05Z", "created %q is not a time", value)
		}
		r.Created = t.UTC()
	case "depends":
		r.Depends = p.list(at, value, checkDepends)
	case "labels":
		r.Labels = p.list(at, value, checkLabel)
	case "dialect":
		r.Dialect = p.dialect(at, value)
	case "expects":
		r.Expects = value
		if strings.ContainsAny(value, " \t") {
			p.errorf(at, "", "expects must be one word")
		}
	case "measured":
		r.Measured = value
	case "vars":
		r.Vars = p.list(at, value, checkVar)
	case "replaces":
		r.Replaces = p.list(at, value, checkID)
	case "hazards":
		for h := range strings.SplitSeq(value, ";") {
			if h = strings.TrimSpace(h); h != "" {
				r.Hazards = append(r.Hazards, h)
			}
		}
	}
}

// list splits a comma-separated value and checks each entry.
func (p *parser) list(at int, value string, check func(string) string) []string {
	if value == "" {
		return nil
	}
	var out []string
	for entry := range strings.SplitSeq(value, ",") {
		trimmed := strings.TrimSpace(entry)
		start := at + strings.Index(entry, trimmed)
		switch {
		case trimmed == "":
			p.errorf(start, "separate entries with one comma", "empty entry in the list")
		case contains(out, trimmed):
			p.errorf(start, "", "%s is listed twice", trimmed)
		default:
			p.wrong(start, check(trimmed))
			out = append(out, trimmed)
		}
		at += len(entry) + 1
	}
	return out
}

// dialect checks a dialect's name.
func (p *parser) dialect(at int, value string) Dialect {
	if err := Dialect(value).check(); err != nil {
		p.errorf(at, didYouMean(value, dialectNames), "%s", err)
	}
	return Dialect(value)
}

// wrong records msg unless it is empty.
func (p *parser) wrong(at int, msg string) {
	if msg != "" {
		p.errorf(at, "", "%s", msg)
	}
}

// checkVar returns why name cannot be a variable, or "".
func checkVar(name string) string {
	for i, c := range []byte(name) {
		if !isWordStart(c) && (i == 0 || !isDigit(c)) || c >= 0x80 {
			return "variable " + name + " may hold only letters, digits and _, and starts with no digit"
		}
	}
	return ""
}
