package migrations

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// The words after "-- gen:".
const (
	wordUp           = "up"
	wordDown         = "down"
	wordIrreversible = "irreversible"
	wordStep         = "step"
	wordStatement    = "statement"
	wordEnd          = "end"
	wordGo           = "go"
	wordLoses        = "loses"
	wordLintIgnore   = "lint-ignore"
	wordPrecheck     = "precheck"
)

var directiveWords = []string{wordUp, wordDown, wordIrreversible, wordStep, wordStatement, wordEnd, wordGo, wordLoses, wordLintIgnore, wordPrecheck}

// stepAttributes are the attributes of up, down and step.
var stepAttributes = []string{"tx", "name", "lock_timeout", "statement_timeout", "foreign_keys", "throttle"}

// section is one gen:up, gen:down or gen:irreversible of the file.
type section struct {
	kind    string
	dialect Dialect
	pos     int
	reason  string
	steps   []Step
}

// attribute is one key=value of a directive.
type attribute struct {
	key, value string
	pos        int
}

// directive acts on the directive line at pc.
func (p *parser) directive(pc piece, s *splitter) {
	line := p.src[pc.start:pc.end]
	name, rest, _ := strings.Cut(line[len(directivePrefix):], " ")
	name = strings.TrimRight(name, "\t")
	at := pc.start + len(directivePrefix)
	restAt := at + len(name) + 1
	if name != wordLintIgnore && name != wordPrecheck && name != wordStatement {
		p.loose()
	}
	switch name {
	case wordUp, wordDown, wordIrreversible:
		p.openSection(pc.start, name, rest, restAt, s)
	case wordStep:
		if !p.inSteps(pc.start, name) {
			return
		}
		p.closeStep(pc.start)
		p.openStep(pc.start, p.attributes(rest, restAt), stepAttributes)
		p.explicit = true
	case wordStatement:
		p.trailing(restAt, name, rest)
		ok := p.inSteps(pc.start, name)
		start, end, closed := p.rawStatement(pc, s)
		if !ok || !closed {
			return
		}
		p.statement(piece{kind: pieceStatement, start: start, end: end, comment: pc.comment}, s.rules)
	case wordEnd:
		p.errorf(pc.start, "gen:end closes -- gen:statement", "gen:end without gen:statement")
	case wordLoses:
		if !p.inSteps(pc.start, name) {
			return
		}
		if rest = strings.TrimSpace(rest); rest == "" {
			p.errorf(pc.start, "write -- gen:loses <what>", "gen:loses does not say what is lost")
		}
		p.step.Loses = append(p.step.Loses, rest)
	case wordLintIgnore:
		s.comment = pc.comment // still those of the statement below
		if p.inSteps(pc.start, name) {
			p.lintIgnore(pc.start, rest)
		}
	case wordPrecheck:
		s.comment = pc.comment
		if p.inSteps(pc.start, name) {
			p.precheck(pc.start, rest, s.rules)
		}
	case wordGo:
		if p.inSteps(pc.start, name) {
			p.goStep(pc.start, rest, restAt)
		}
	default:
		p.errorf(at, didYouMean(name, directiveWords), "unknown directive gen:%s", name)
	}
}

// lintIgnore keeps a gen:lint-ignore line for the statement below it: the rules,
// with commas between them, and the reason.
func (p *parser) lintIgnore(pos int, rest string) {
	rules, reason, _ := strings.Cut(strings.TrimSpace(rest), " ")
	if reason = strings.TrimSpace(reason); reason == "" {
		p.errorf(pos, "write -- gen:lint-ignore LOCK01 <reason>; several rules with commas and no spaces between them", "gen:lint-ignore gives no reason")
		return
	}
	ig := LintIgnore{Rules: strings.Split(rules, ","), Reason: reason}
	if slices.Contains(ig.Rules, "") {
		p.errorf(pos, "write -- gen:lint-ignore LOCK01,LOCK05 <reason>", "gen:lint-ignore: there is a comma too many in %s", rules)
		return
	}
	ig.Line, _ = p.lines.position(pos)
	p.ignores = append(p.ignores, ig)
}

// precheck keeps a gen:precheck line for the statement below it.
func (p *parser) precheck(pos int, rest string, rules lexRules) {
	c := Precheck{SQL: strings.TrimSpace(rest)}
	c.Line, _ = p.lines.position(pos)
	const hint = "write -- gen:precheck SELECT …, on one line, without a semicolon"
	words := statementWords(rules, c.SQL)
	switch first := word(words, 0); {
	case c.SQL == "":
		p.errorf(pos, hint, "gen:precheck has no query")
	case first != "SELECT" && first != "WITH":
		p.errorf(pos, hint, "gen:precheck is a SELECT, and not %s", first)
	case !isOneStatement(rules, c.SQL):
		p.errorf(pos, hint, "gen:precheck is no query on one line")
	default:
		p.prechecks = append(p.prechecks, c)
	}
}

// isOneStatement reports whether sql is one statement, with nothing behind it.
func isOneStatement(rules lexRules, sql string) bool {
	s := splitter{scanner: scanner{src: sql + "\n;", rules: rules}}
	pc, err := s.piece()
	return err == nil && pc.kind == pieceStatement && sql[pc.start:min(pc.end, len(sql))] == sql
}

// loose are lines about a statement where something else follows: errors.
func (p *parser) loose() {
	loose := func(line int, word string) {
		p.errs = append(p.errs, &FileError{Path: p.path, Line: line, Col: 1,
			Msg: "no statement follows gen:" + word, Hint: "put it directly above the statement it is about"})
	}
	for _, ig := range p.ignores {
		loose(ig.Line, wordLintIgnore)
	}
	for _, c := range p.prechecks {
		loose(c.Line, wordPrecheck)
	}
	p.ignores, p.prechecks = nil, nil
}

// inSteps reports whether a section is open that may hold steps.
func (p *parser) inSteps(pos int, name string) bool {
	if p.at == nil {
		p.errorf(pos, "begin the body with -- gen:up", "gen:%s stands before -- gen:up", name)
		return false
	}
	if p.at.kind == wordIrreversible {
		p.errorf(pos, "write -- gen:down instead when there is a way back", "gen:%s stands under gen:irreversible", name)
		return false
	}
	return true
}

// openSection begins up, down or irreversible and switches the lexer to the
// section's dialect.
func (p *parser) openSection(pos int, kind, rest string, restAt int, s *splitter) {
	p.closeStep(pos)
	sec := &section{kind: kind, dialect: p.rev.Dialect, pos: pos}
	var attrs []attribute
	if kind == wordIrreversible {
		first, reason, _ := strings.Cut(strings.TrimSpace(rest), " ")
		if value, ok := strings.CutPrefix(first, "dialect="); ok {
			attrs = []attribute{{"dialect", value, restAt}}
			rest = reason
		}
		if sec.reason = strings.TrimSpace(rest); sec.reason == "" {
			p.errorf(pos, "write -- gen:irreversible <reason>", "gen:irreversible gives no reason")
		}
	} else {
		attrs = p.attributes(rest, restAt)
	}
	var others []attribute
	named := false
	for _, a := range attrs {
		if a.key != "dialect" {
			others = append(others, a)
			continue
		}
		named = true
		sec.dialect = p.dialect(a.pos, a.value)
	}
	if sec.dialect == "" && !named {
		p.errorf(pos, "add -- dialect: "+string(Postgres)+" to the header", "neither the header nor gen:%s names a dialect", kind)
	}
	if rules, ok := rulesFor(sec.dialect); ok {
		s.rules = rules
	}
	for _, old := range p.sections {
		if old.dialect == sec.dialect && (old.kind == kind || old.kind != wordUp && kind != wordUp) {
			line, _ := p.lines.position(old.pos)
			p.errorf(pos, "", "gen:%s for %s stands on line %d already, as gen:%s", kind, sec.dialect, line, old.kind)
			break
		}
	}
	p.sections = append(p.sections, sec)
	p.at = sec
	if kind == wordIrreversible {
		return
	}
	p.openStep(pos, others, append([]string{"dialect"}, stepAttributes...))
	p.explicit = len(others) > 0
}

// openStep begins a step with attrs; known is for the message about others.
func (p *parser) openStep(pos int, attrs []attribute, known []string) {
	p.step = &Step{}
	p.step.Line, _ = p.lines.position(pos)
	for _, a := range attrs {
		p.stepAttribute(a, known)
	}
	if p.step.Throttle != 0 && p.step.Tx != TxBatch {
		p.errorf(pos, "only a batch has turns to rest between", "throttle needs tx=batch")
	}
	if p.step.ForeignKeysOff && p.step.Tx != TxOn {
		p.errorf(pos, "put the rebuild into a step of its own", "foreign_keys=off needs tx=on")
	}
}

func (p *parser) stepAttribute(a attribute, known []string) {
	switch a.key {
	case "tx":
		for m, name := range txModeNames {
			if name == a.value {
				p.step.Tx = TxMode(m)
				return
			}
		}
		p.errorf(a.pos, didYouMean(a.value, txModeNames[:]), "unknown tx=%s", a.value)
	case "name":
		p.step.Name = a.value
		p.wrong(a.pos, checkName(a.value))
	case "lock_timeout":
		p.step.LockTimeout = p.timeout(a)
	case "statement_timeout":
		p.step.StatementTimeout = p.timeout(a)
	case "throttle":
		if p.step.Throttle = p.timeout(a); p.step.Throttle == NoTimeout {
			p.errorf(a.pos, "leave the attribute out", "throttle=0 is no rest")
		}
	case "foreign_keys":
		if a.value != "off" {
			p.errorf(a.pos, "leave the attribute out to keep them as they are", "foreign_keys takes only the value off")
		}
		if p.at.dialect != SQLite {
			p.errorf(a.pos, "", "foreign_keys=off is for sqlite, this section is for %s", p.at.dialect)
		}
		p.step.ForeignKeysOff = true
	default:
		p.errorf(a.pos, didYouMean(a.key, known), "unknown attribute %s", a.key)
	}
}

// timeout reads a duration in whole milliseconds; 0 means never.
func (p *parser) timeout(a attribute) time.Duration {
	d, err := time.ParseDuration(a.value)
	if err != nil || d < 0 || d%time.Millisecond != 0 {
		p.errorf(a.pos, "write it as 500ms, 5s or 2m; 0 means never", "%s=%s is not a time", a.key, a.value)
	}
	if d == 0 {
		return NoTimeout
	}
	return d
}

// closeStep ends the open step, which reaches to pos.
func (p *parser) closeStep(pos int) {
	st, explicit := p.step, p.explicit
	p.step, p.explicit = nil, false
	if st == nil {
		return
	}
	if len(st.Statements) == 0 && st.Go == "" {
		// A bare "-- gen:up" before "-- gen:step" or at the end holds nothing,
		// and that is fine: a merge, or a first step with attributes.
		// Where a mistake stands below, it may be why there are none.
		mistaken := slices.ContainsFunc(p.errs, func(e *FileError) bool { return e.Line > st.Line })
		if !mistaken && (explicit || len(st.Loses) > 0) {
			p.errs = append(p.errs, &FileError{Path: p.path, Line: st.Line, Col: 1,
				Msg: "this step has attributes, a gen:step or a gen:loses line but no statements", Hint: "remove the line"})
		}
		return
	}
	p.at.steps = append(p.at.steps, *st)
}

// goStep makes the open step call a function.
func (p *parser) goStep(pos int, rest string, restAt int) {
	name, rest, _ := strings.Cut(rest, " ")
	if !goName.MatchString(name) {
		p.errorf(pos, "write -- gen:go Name", "gen:go needs the name of a function, not %q", name)
		return
	}
	switch {
	case p.step.Go != "":
		p.errorf(pos, "begin another step with -- gen:step", "a step calls one function")
		return
	case len(p.step.Statements) > 0:
		p.errorf(pos, "begin another step with -- gen:step", "gen:go stands behind statements")
		return
	case p.step.Tx == TxBatch:
		p.errorf(pos, "use tx=each and repeat inside the function", "gen:go cannot be a batch")
		return
	}
	p.step.Go = name
	for _, a := range p.attributes(rest, restAt+len(name)+1) {
		if a.key != "rev" {
			p.errorf(a.pos, "gen:go takes only rev=", "unknown attribute %s", a.key)
			continue
		}
		p.step.GoRev = a.value
		p.wrong(a.pos, checkName(a.value))
	}
}

var goName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)

// rawStatement finds the text between gen:statement and gen:end and moves s
// behind it.
func (p *parser) rawStatement(pc piece, s *splitter) (start, end int, ok bool) {
	start = min(pc.end+1, len(p.src))
	for pos := start; pos < len(p.src); {
		line, _, _ := strings.Cut(p.src[pos:], "\n")
		if strings.TrimRight(line, " \t") == directivePrefix+wordEnd {
			s.pos = pos + len(line)
			text := p.src[start:pos]
			if strings.TrimSpace(text) == "" {
				p.errorf(pc.start, "remove it", "gen:statement holds nothing")
				return 0, 0, false
			}
			start += len(text) - len(strings.TrimLeft(text, " \t\n\r\f\v"))
			return start, start + len(strings.TrimSpace(text)), true
		}
		if strings.HasPrefix(line, directivePrefix) {
			p.errorf(pos, "close the statement first with -- gen:end", "directive inside gen:statement")
		} else if msg, hint := nearDirective(line); msg != "" && strings.HasPrefix(strings.TrimSpace(line), "--") {
			p.errorf(pos, hint, "%s", msg)
		}
		pos += len(line) + 1
	}
	p.errorf(pc.start, "add -- gen:end behind the statement", "gen:statement is not closed")
	s.pos = len(p.src)
	return 0, 0, false
}

// attributes splits "a=b c=d", which stands at offset at.
func (p *parser) attributes(text string, at int) []attribute {
	var out []attribute
	for _, f := range fields(text) {
		pos := at + f.start
		key, value, ok := strings.Cut(f.text, "=")
		if !ok || key == "" || value == "" {
			p.errorf(pos, "attributes are key=value, without spaces around =", "%q is not an attribute", f.text)
			continue
		}
		for _, old := range out {
			if old.key == key {
				p.errorf(pos, "", "attribute %s is given twice", key)
			}
		}
		out = append(out, attribute{key, value, pos})
	}
	return out
}

// trailing refuses text behind a directive that takes none.
func (p *parser) trailing(at int, name, rest string) {
	if strings.TrimSpace(rest) != "" {
		p.errorf(at, "", "gen:%s takes nothing behind it", name)
	}
}

type field struct {
	text  string
	start int
}

// fields is strings.Fields with offsets.
func fields(text string) []field {
	var out []field
	for i := 0; i < len(text); {
		if isSpace(text[i]) {
			i++
			continue
		}
		j := i
		for j < len(text) && !isSpace(text[j]) {
			j++
		}
		out = append(out, field{text[i:j], i})
		i = j
	}
	return out
}

// checkName returns why a step's name is not one plain word, or "".
func checkName(name string) string {
	if strings.ContainsAny(name, "=,;") {
		return "name " + name + " may not hold = , or ;"
	}
	return ""
}

// assemble puts the sections into the revision.
func (p *parser) assemble() {
	if len(p.sections) == 0 {
		p.errorf(max(len(p.src)-1, 0), "add -- gen:up behind the header and a blank line", "the file has no gen:up section")
		return
	}
	main := Variant{Dialect: p.rev.Dialect}
	used := false
	for _, sec := range p.sections {
		if sec.dialect == p.rev.Dialect {
			used = true
			p.place(&main, sec)
			continue
		}
		i := 0
		for i < len(p.rev.Variants) && p.rev.Variants[i].Dialect != sec.dialect {
			i++
		}
		if i == len(p.rev.Variants) {
			p.rev.Variants = append(p.rev.Variants, Variant{Dialect: sec.dialect})
		}
		p.place(&p.rev.Variants[i], sec)
	}
	p.rev.Up, p.rev.Down, p.rev.Irreversible = main.Up, main.Down, main.Irreversible
	if !used && !p.named {
		p.rev.Dialect = "" // the caller's default; every section names its own
	} else if !used {
		p.errorf(0, "add -- gen:up, or remove the header's dialect line", "the file has no section for %s, its own dialect", p.rev.Dialect)
	}
	p.everyUp()
}

// place stores one section in its variant.
func (p *parser) place(v *Variant, sec *section) {
	switch sec.kind {
	case wordUp:
		v.Up = sec.steps
	case wordDown:
		v.Down = sec.steps
		if v.Down == nil {
			v.Down = []Step{}
		}
	case wordIrreversible:
		v.Irreversible = sec.reason
	}
}

// everyUp checks that each dialect with a way back has a way forward.
func (p *parser) everyUp() {
	up := map[Dialect]bool{}
	for _, sec := range p.sections {
		up[sec.dialect] = up[sec.dialect] || sec.kind == wordUp
	}
	for _, sec := range p.sections {
		if !up[sec.dialect] {
			p.errorf(sec.pos, "add -- gen:up for it", "gen:%s for %s has no gen:up beside it", sec.kind, sec.dialect)
			up[sec.dialect] = true
		}
	}
}
