package migrations

import (
	"strings"
)

// lexRules are the facts in which the dialects' lexers differ.
type lexRules struct {
	nestedComments  bool // /* /* */ */ is one comment
	dollarQuotes    bool // $tag$ … $tag$
	escapeStrings   bool // E'…' takes backslash escapes
	bracketIdents   bool // [name]
	backtickIdents  bool // `name`
	refuseBackslash bool // a top-level backslash is a psql command
	dollarInWords   bool // a$b is one word

	// newBody starts the tracker that knows when a ';' is inside a routine or
	// trigger body.
	newBody func() bodyTracker
	// classify tells how a complete statement may be run.
	classify func(words []string) class
	// refuse returns why a statement may not stand in a revision file, and
	// what to write instead; empty when it may.
	refuse func(words []string) (msg, hint string)
}

// bodyTracker follows the words of one statement and says whether a ';' at
// this point belongs to a body (BEGIN ATOMIC … END, CREATE TRIGGER … END).
type bodyTracker interface {
	// token takes the next significant token: upper-cased word, or the
	// punctuation byte as text, or "'" for any literal.
	token(text string, pos int)
	// open reports whether a body is open, and where it began.
	open() (pos int, what string, ok bool)
}

type tokenKind int

const (
	tokenEOF     tokenKind = iota
	tokenSpace             // white space
	tokenLine              // -- comment up to, not including, the line end
	tokenBlock             // /* comment */
	tokenWord              // keyword, name or number
	tokenLiteral           // '…', E'…', $$…$$
	tokenIdent             // "…", […], `…`
	tokenPunct             // one byte of anything else
)

// token is src[start:end].
type token struct {
	kind       tokenKind
	start, end int
}

// scanner cuts src into tokens. Concatenating all tokens gives src again.
type scanner struct {
	src   string
	pos   int
	rules lexRules
}

// lexError is a problem at a byte offset of the scanned text.
type lexError struct {
	pos  int
	msg  string
	hint string
}

// next returns the token at the scanner's position and moves past it. After
// an error the scanner stands at the end of the text.
func (s *scanner) next() (token, *lexError) {
	start := s.pos
	if start >= len(s.src) {
		return token{tokenEOF, start, start}, nil
	}
	c := s.src[start]
	switch {
	case isSpace(c):
		for s.pos < len(s.src) && isSpace(s.src[s.pos]) {
			s.pos++
		}
		return token{tokenSpace, start, s.pos}, nil
	case c == '-' && s.at(1) == '-':
		return s.lineComment(), nil
	case c == '/' && s.at(1) == '*':
		return s.blockComment()
	case c == '\'':
		return s.literal(start, false)
	case c == '"':
		return s.quoted(start, '"', "quoted identifier")
	case c == '`' && s.rules.backtickIdents:
		return s.quoted(start, '`', "quoted identifier")
	case c == '[' && s.rules.bracketIdents:
		return s.bracketed(start)
	case c == '$' && s.rules.dollarQuotes:
		return s.dollar()
	case isWordStart(c) || isDigit(c):
		return s.word()
	case c == '\\' && s.rules.refuseBackslash:
		return token{}, s.backslash()
	}
	s.pos++
	return token{tokenPunct, start, s.pos}, nil
}

// at returns the byte n places ahead, 0 past the end.
func (s *scanner) at(n int) byte {
	if s.pos+n < len(s.src) {
		return s.src[s.pos+n]
	}
	return 0
}

func (s *scanner) fail(pos int, msg, hint string) *lexError {
	s.pos = len(s.src)
	return &lexError{pos, msg, hint}
}

func (s *scanner) lineComment() token {
	start := s.pos
	if i := strings.IndexByte(s.src[start:], '\n'); i >= 0 {
		s.pos = start + i
	} else {
		s.pos = len(s.src)
	}
	return token{tokenLine, start, s.pos}
}

func (s *scanner) blockComment() (token, *lexError) {
	start, depth := s.pos, 0
	for s.pos < len(s.src) {
		switch {
		case s.src[s.pos] == '/' && s.at(1) == '*' && (depth == 0 || s.rules.nestedComments):
			depth++
			s.pos += 2
		case s.src[s.pos] == '*' && s.at(1) == '/':
			depth--
			s.pos += 2
			if depth == 0 {
				return token{tokenBlock, start, s.pos}, nil
			}
		default:
			s.pos++
		}
	}
	return token{}, s.fail(start, "comment /* is not closed", "add the missing */")
}

// literal reads a string that opens at the scanner's position. start is where
// the token began (before an E or U& prefix).
func (s *scanner) literal(start int, escapes bool) (token, *lexError) {
	for {
		open := s.pos
		s.pos++
		closed := false
		for s.pos < len(s.src) && !closed {
			switch c := s.src[s.pos]; {
			case c == '\\' && escapes && s.pos+1 < len(s.src):
				s.pos += 2
			case c == '\'' && s.at(1) == '\'':
				s.pos += 2
			case c == '\'':
				s.pos++
				closed = true
			default:
				s.pos++
			}
		}
		if !closed {
			return token{}, s.fail(open, "string ' is not closed", "add the missing quote; a quote inside a string is written twice")
		}
		// PostgreSQL reads 'a' newline 'b' as one string, and keeps the
		// backslash rules of the first part (manual, 4.1.2.1).
		if !escapes || !s.continues() {
			return token{tokenLiteral, start, s.pos}, nil
		}
	}
}

// continues moves to the next part of a string that goes on after a line end,
// and reports whether there is one.
func (s *scanner) continues() bool {
	i, newline := s.pos, false
	for i < len(s.src) && isSpace(s.src[i]) {
		newline = newline || s.src[i] == '\n'
		i++
	}
	if newline && i < len(s.src) && s.src[i] == '\'' {
		s.pos = i
		return true
	}
	return false
}

// quoted reads an identifier between two quote bytes, a doubled quote being
// one of its characters.
func (s *scanner) quoted(start int, quote byte, what string) (token, *lexError) {
	open := s.pos
	s.pos++
	for s.pos < len(s.src) {
		if s.src[s.pos] != quote {
			s.pos++
			continue
		}
		if s.at(1) == quote {
			s.pos += 2
			continue
		}
		s.pos++
		return token{tokenIdent, start, s.pos}, nil
	}
	return token{}, s.fail(open, what+" "+string(quote)+" is not closed", "add the missing "+string(quote))
}

func (s *scanner) bracketed(start int) (token, *lexError) {
	if i := strings.IndexByte(s.src[start:], ']'); i >= 0 {
		s.pos = start + i + 1
		return token{tokenIdent, start, s.pos}, nil
	}
	return token{}, s.fail(start, "bracketed identifier [ is not closed", "add the missing ]")
}

// dollar reads $tag$…$tag$, or the '$' of a parameter such as $1.
func (s *scanner) dollar() (token, *lexError) {
	start := s.pos
	i := start + 1
	for i < len(s.src) && (isWordStart(s.src[i]) || i > start+1 && isDigit(s.src[i])) {
		i++
	}
	if i >= len(s.src) || s.src[i] != '$' {
		s.pos++
		return token{tokenPunct, start, s.pos}, nil
	}
	tag := s.src[start : i+1]
	end := strings.Index(s.src[i+1:], tag)
	if end < 0 {
		return token{}, s.fail(start, "dollar quote "+tag+" is not closed", "add the closing "+tag)
	}
	s.pos = i + 1 + end + len(tag)
	return token{tokenLiteral, start, s.pos}, nil
}

// word reads a keyword, a name, a number, or the prefix of a literal together
// with that literal (E'…', U&'…', U&"…").
func (s *scanner) word() (token, *lexError) {
	start := s.pos
	for s.pos < len(s.src) {
		c := s.src[s.pos]
		if !isWordStart(c) && !isDigit(c) && !(c == '$' && s.rules.dollarInWords && !isDigit(s.src[start])) {
			break
		}
		s.pos++
	}
	if s.rules.escapeStrings && s.pos-start == 1 && (s.src[start] == 'e' || s.src[start] == 'E') && s.at(0) == '\'' {
		return s.literal(start, true)
	}
	return token{tokenWord, start, s.pos}, nil
}

// backslash explains a psql command, which a server cannot run.
func (s *scanner) backslash() *lexError {
	line := s.src[s.pos:]
	if i := strings.IndexAny(line, " \t\n;"); i >= 0 {
		line = line[:i]
	}
	hint := "delete the line, or write it as SQL"
	switch line {
	case `\restrict`, `\unrestrict`:
		hint = `delete the line: pg_dump writes it for psql only`
	case `\.`:
		hint = `write the rows as INSERT statements; COPY … FROM stdin needs psql`
	case `\i`, `\ir`, `\include`:
		hint = `paste the file's statements here`
	}
	return s.fail(s.pos, line+" is a psql command, the server cannot run it", hint)
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWordStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}
