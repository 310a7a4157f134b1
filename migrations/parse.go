package migrations

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Parse reads a revision file whose header or sections name the dialect. path
// is for messages and is kept in Revision.Path. The error is a FileErrors with
// every mistake found; the revision is nil then.
func Parse(path string, data []byte) (*Revision, error) {
	return ParseFor("", path, data)
}

// ParseFor is Parse with a dialect for files that do not name one.
func ParseFor(d Dialect, path string, data []byte) (*Revision, error) {
	src := normalize(string(data))
	p := &parser{path: path, src: src, lines: newLineIndex(src), rev: &Revision{Path: path}}
	if i := invalidUTF8(src); i >= 0 {
		p.errorf(i, "save the file as UTF-8", "the text is not UTF-8")
		return nil, p.errs
	}
	body := p.header()
	p.named = p.rev.Dialect != ""
	if !p.named {
		p.rev.Dialect = d
	}
	p.body(body)
	if len(p.errs) > 0 {
		slices.SortStableFunc(p.errs, func(a, b *FileError) int {
			if a.Line != b.Line {
				return a.Line - b.Line
			}
			return a.Col - b.Col
		})
		return nil, p.errs
	}
	return p.rev, nil
}

// parser holds the state of reading one file.
type parser struct {
	path  string
	src   string
	lines *lineIndex
	rev   *Revision
	named bool // the header names the dialect
	errs  FileErrors

	sections []*section
	at       *section // the open section; nil before the first
	step     *Step    // the open step of at
	explicit bool     // step was begun by gen:step, or by a section with attributes
	// of the statement that comes next
	ignores   []LintIgnore
	prechecks []Precheck
}

func (p *parser) errorf(pos int, hint, format string, args ...any) {
	line, col := p.lines.position(pos)
	p.errs = append(p.errs, &FileError{Path: p.path, Line: line, Col: col, Msg: fmt.Sprintf(format, args...), Hint: hint})
}

// body reads everything after the header.
func (p *parser) body(start int) {
	rules, ok := rulesFor(p.rev.Dialect)
	if !ok {
		// Sections may still name theirs; before the first one only comments
		// may stand, which every dialect reads alike.
		rules = postgresRules()
	}
	s := splitter{scanner: scanner{src: p.src, pos: start, rules: rules}}
	for {
		pc, err := s.piece()
		if err != nil {
			p.errorf(err.pos, err.hint, "%s", err.msg)
			break
		}
		if pc.kind == pieceEOF {
			break
		}
		if pc.kind == pieceStatement {
			p.statement(pc, s.rules)
			continue
		}
		p.directive(pc, &s)
	}
	p.loose()
	p.closeStep(len(p.src))
	p.assemble()
}

// statement adds src[start:end] to the open step.
func (p *parser) statement(pc piece, rules lexRules) {
	sql := p.src[pc.start:pc.end]
	ignores, prechecks := p.ignores, p.prechecks
	p.ignores, p.prechecks = nil, nil
	if p.at == nil {
		p.errorf(pc.start, "begin the body with -- gen:up", "statement stands before -- gen:up")
		return
	}
	if p.at.kind == wordIrreversible {
		p.errorf(pc.start, "write -- gen:down instead when there is a way back", "statement stands under gen:irreversible")
		return
	}
	if p.step.Go != "" {
		p.errorf(pc.start, "begin another step with -- gen:step", "a step with gen:go holds no statements")
		return
	}
	st := Statement{SQL: sql, Comment: pc.comment, Ignores: ignores, Prechecks: prechecks}
	st.Line, st.Col = p.lines.position(pc.start)
	words := statementWords(rules, sql)
	if msg, hint := rules.refuse(words); msg != "" {
		p.errorf(pc.start, hint, "%s", msg)
	}
	c := rules.classify(words)
	switch {
	case c == bareOnly && p.step.Tx == TxOn:
		p.errorf(pc.start, "move it under -- gen:step tx=each", "%s cannot run in a transaction", opening(words))
	case p.step.Tx == TxBatch && len(p.step.Statements) > 0:
		p.errorf(pc.start, "begin another step with -- gen:step tx=batch", "a tx=batch step holds one statement")
	case p.step.Tx == TxBatch && !slices.Contains(batchWords, word(words, 0)):
		p.errorf(pc.start, "tx=batch repeats a data statement until it affects no row; use tx=on or tx=each", "%s cannot be a batch", opening(words))
	}
	p.step.Statements = append(p.step.Statements, st)
}

// batchWords begin a statement that reports how many rows it affected.
var batchWords = []string{"UPDATE", "DELETE", "INSERT", "MERGE", "WITH", "REPLACE"}

// opening names a statement in a message: its first word and the keywords that
// follow.
func opening(words []string) string {
	n := min(1, len(words))
	for n < len(words) && contains(openingWords, words[n]) {
		n++
	}
	return strings.Join(words[:n], " ")
}

var openingWords = []string{"UNIQUE", "INDEX", "CONCURRENTLY", "TABLE", "SYSTEM", "DATABASE", "SCHEMA", "TABLESPACE",
	"VIEW", "FUNCTION", "TRIGGER", "TYPE", "SEQUENCE", "SET", "JOURNAL_MODE", "SYNCHRONOUS"}

func invalidUTF8(src string) int {
	for i, r := range src {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(src[i:]); size == 1 {
				return i
			}
		}
	}
	return -1
}
