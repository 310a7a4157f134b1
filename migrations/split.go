package migrations

import (
	"slices"
	"strings"
)

// Statement is one SQL statement of a revision.
type Statement struct {
	// SQL is the text from the first to the last token, without the closing
	// semicolon. Comments inside it are kept.
	SQL string
	// Comment holds the comment lines directly above the statement, without
	// "--" and one following space.
	Comment []string
	// Ignores are the gen:lint-ignore lines above the statement.
	Ignores []LintIgnore
	// Prechecks are the gen:precheck lines above the statement.
	Prechecks []Precheck
	// Line and Col are where SQL begins in the file, both from 1; Col counts
	// bytes. Both are 0 in a statement that was not read from a file.
	Line, Col int
}

// LintIgnore is one gen:lint-ignore line: what gen lint leaves out at the
// statement below it, and why.
type LintIgnore struct {
	// Rules are the ids or names as written, one at least. Which there are,
	// gen lint knows; running takes no notice of them.
	Rules []string
	// Reason is for people; never empty.
	Reason string
	// Line is where it stands in the file; 0 when not read from one.
	Line int
}

// Precheck is one gen:precheck line: what finds the rows on which the statement
// below it would fail.
type Precheck struct {
	// SQL is one SELECT on one line, without a semicolon: it gives the keys of such
	// rows, and none where there are none; or it fails as the statement would.
	SQL string
	// Line is where it stands in the file; 0 when not read from one.
	Line int
}

// class tells how a statement may be run.
type class int

const (
	transactional class = iota // inside a transaction
	bareAllowed                // outside one where the step permits, for it may commit by itself
	bareOnly                   // the server refuses it inside a transaction
)

func bareIf(b bool) class {
	if b {
		return bareOnly
	}
	return transactional
}

// Split cuts text into statements as d's server would, leaving out empty ones.
// The error is a *FileError with an empty Path.
func Split(d Dialect, text string) ([]Statement, error) {
	rules, ok := rulesFor(d)
	if !ok {
		return nil, d.check()
	}
	text = normalize(text)
	lines := newLineIndex(text)
	var out []Statement
	sp := splitter{scanner: scanner{src: text, rules: rules}}
	for {
		p, err := sp.piece()
		if err != nil {
			line, col := lines.position(err.pos)
			return nil, &FileError{Line: line, Col: col, Msg: err.msg, Hint: err.hint}
		}
		switch p.kind {
		case pieceEOF:
			return out, nil
		case pieceStatement:
			st := Statement{SQL: text[p.start:p.end], Comment: p.comment}
			st.Line, st.Col = lines.position(p.start)
			out = append(out, st)
		}
	}
}

type pieceKind int

const (
	pieceEOF       pieceKind = iota
	pieceStatement           // src[start:end] is a statement
	pieceDirective           // src[start:end] is a "-- gen:" line at column 0
)

// piece is what a splitter finds at top level.
type piece struct {
	kind       pieceKind
	start, end int
	comment    []string
}

// splitter finds statements and directive lines.
type splitter struct {
	scanner
	comment []string // comment lines directly above the scanner's position
	queued  *piece   // a directive that ended a statement without semicolon
}

// piece returns the next statement or directive. A directive line ends a
// statement whose semicolon is missing.
func (s *splitter) piece() (piece, *lexError) {
	if s.queued != nil {
		p := *s.queued
		s.queued = nil
		return p, nil
	}
	var (
		start, end = -1, 0
		parens     []int
		body       = s.rules.newBody()
	)
	for {
		t, err := s.next()
		if err != nil {
			return piece{}, err
		}
		inside := start >= 0
		switch t.kind {
		case tokenEOF, tokenLine:
			directive := false
			if t.kind == tokenLine {
				if directive, err = s.directive(t); err != nil {
					return piece{}, err
				}
				if !directive {
					if !inside {
						s.keepComment(t)
					}
					continue
				}
			}
			if inside {
				if err := s.unfinished(parens, body); err != nil {
					return piece{}, err
				}
			}
			p := piece{kind: pieceEOF, start: t.start, end: t.end}
			if directive {
				p.kind = pieceDirective
			}
			if inside {
				s.queued = &p
				return s.statement(start, end), nil
			}
			p.comment, s.comment = s.comment, nil
			return p, nil
		case tokenSpace:
			if !inside && strings.Count(s.src[t.start:t.end], "\n") > 1 {
				s.comment = nil // a blank line parts a comment from a statement
			}
			continue
		case tokenBlock:
			continue
		}
		text := s.src[t.start:t.end]
		if t.kind == tokenPunct {
			switch text {
			case "(":
				parens = append(parens, t.start)
			case ")":
				if len(parens) == 0 {
					return piece{}, s.fail(t.start, "unexpected )", "remove it, or add the ( that it closes")
				}
				parens = parens[:len(parens)-1]
			case ";":
				if !inside {
					s.comment = nil
					continue
				}
				if _, _, open := body.open(); !open && len(parens) == 0 {
					return s.statement(start, end), nil
				}
			}
		}
		if !inside {
			start = t.start
		}
		end = t.end
		body.token(significant(t, text), t.start)
	}
}

// statement makes the piece for src[start:end] and takes the comment lines
// above it.
func (s *splitter) statement(start, end int) piece {
	p := piece{kind: pieceStatement, start: start, end: end, comment: s.comment}
	s.comment = nil
	return p
}

// unfinished reports what is still open where a statement has to end.
func (s *splitter) unfinished(parens []int, body bodyTracker) *lexError {
	if len(parens) > 0 {
		return s.fail(parens[len(parens)-1], "parenthesis ( is not closed before the statement ends", "add the missing )")
	}
	if pos, what, open := body.open(); open {
		return s.fail(pos, what+" is not closed", "add the missing END;")
	}
	return nil
}

// keepComment adds a comment line that stands on a line of its own.
func (s *splitter) keepComment(t token) {
	if !onOwnLine(s.src, t.start) {
		return // behind the statement before it
	}
	text := strings.TrimPrefix(s.src[t.start:t.end], "--")
	s.comment = append(s.comment, strings.TrimRight(strings.TrimPrefix(text, " "), " \t"))
}

// directive reports whether a line comment is a directive. A comment that
// only looks like one is an error: in most tools a misspelt marker silently
// becomes a comment, and the down section runs as part of up.
func (s *splitter) directive(t token) (bool, *lexError) {
	line := s.src[t.start:t.end]
	if strings.HasPrefix(line, directivePrefix) && (t.start == 0 || s.src[t.start-1] == '\n') {
		return true, nil
	}
	if msg, hint := nearDirective(line); msg != "" {
		return false, s.fail(t.start, msg, hint)
	}
	return false, nil
}

const directivePrefix = "-- gen:"

// nearDirective explains a comment that was probably meant as a directive, or
// belongs to another tool.
func nearDirective(line string) (msg, hint string) {
	text := strings.ToLower(strings.TrimLeft(line, "- \t"))
	for _, other := range [...]struct{ prefix, tool string }{
		{"+goose ", "goose"}, {"+migrate ", "sql-migrate"}, {"migrate:up", "dbmate"}, {"migrate:down", "dbmate"},
		{"create above / drop below", "tern"},
	} {
		if strings.HasPrefix(text, other.prefix) {
			return "marker of " + other.tool + ", which gen does not read", "write -- gen:up and -- gen:down"
		}
	}
	word, plus := strings.CutPrefix(text, "+") // in the manner of goose
	rest, ok := strings.CutPrefix(word, "gen")
	if !ok {
		return "", ""
	}
	rest, colon := strings.CutPrefix(strings.TrimLeft(rest, " \t"), ":")
	first, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	if !colon && !(plus && contains(directiveWords, first)) {
		return "", ""
	}
	return "directive is not written exactly", "write -- gen:" + strings.TrimLeft(rest, " \t") + " at the start of the line: two dashes, one space, lower case"
}

// significant is the token as a bodyTracker and the classifiers see it.
func significant(t token, text string) string {
	switch t.kind {
	case tokenWord:
		return strings.ToUpper(text)
	case tokenLiteral:
		return "'"
	case tokenIdent:
		return `"`
	}
	return text
}

// statementWords returns the significant tokens of one statement: words in
// upper case, quoted identifiers as `"`, literals as "'", punctuation as is.
func statementWords(rules lexRules, sql string) []string {
	s := scanner{src: sql, rules: rules}
	var words []string
	for {
		t, err := s.next()
		if err != nil || t.kind == tokenEOF {
			return words
		}
		switch t.kind {
		case tokenSpace, tokenLine, tokenBlock:
			continue
		}
		words = append(words, significant(t, sql[t.start:t.end]))
	}
}

// onOwnLine reports whether only white space stands before pos on its line.
func onOwnLine(src string, pos int) bool {
	for pos--; pos >= 0 && src[pos] != '\n'; pos-- {
		if !isSpace(src[pos]) {
			return false
		}
	}
	return true
}

// normalize removes a byte order mark and makes line ends LF.
func normalize(text string) string {
	return strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
}

func word(w []string, i int) string {
	if i < len(w) {
		return w[i]
	}
	return ""
}

func contains(w []string, s string) bool { return slices.Contains(w, s) }

func hasAny(w []string, any ...string) bool {
	return slices.ContainsFunc(any, func(s string) bool { return contains(w, s) })
}

// lineIndex maps byte offsets to lines.
type lineIndex struct {
	starts []int
	src    string
}

func newLineIndex(src string) *lineIndex {
	starts := []int{0}
	for i := 0; i < len(src); i++ {
		if src[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	return &lineIndex{starts, src}
}

// position returns line and column of a byte offset, both from 1.
func (x *lineIndex) position(pos int) (line, col int) {
	i, found := slices.BinarySearch(x.starts, pos)
	if !found {
		i--
	}
	return i + 1, pos - x.starts[i] + 1
}
