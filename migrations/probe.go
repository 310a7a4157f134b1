package migrations

import (
	"context"
	"strings"
)

// verdict is what the database says about a statement that was running outside
// a transaction when its run ended.
type verdict int

const (
	probeRun     verdict = iota // it did not happen, or may simply run again
	probeDone                   // it happened
	probeUnknown                // nobody can tell
)

// finding is a verdict, what is left half done, by name, and the statements that
// mend it.
type finding struct {
	verdict verdict
	left    []string
	first   []string
}

// probe finds out what became of a statement.
func (x *run) probe(ctx context.Context, text string) (finding, error) {
	if strings.HasPrefix(text, directivePrefix[3:]+wordGo+" ") {
		return finding{}, nil // Func's contract: it may run again
	}
	if x.dialect == SQLite {
		return finding{}, nil // VACUUM and pragmas may run again
	}
	return probePostgres(ctx, x.conn, text)
}

// namedToken is a token with its text, for taking statements apart.
type namedToken struct {
	word string // as statementWords gives it
	text string
}

func statementTokens(rules lexRules, sql string) []namedToken {
	s := scanner{src: sql, rules: rules}
	var out []namedToken
	for {
		t, err := s.next()
		if err != nil || t.kind == tokenEOF {
			return out
		}
		switch t.kind {
		case tokenSpace, tokenLine, tokenBlock:
			continue
		}
		text := sql[t.start:t.end]
		out = append(out, namedToken{significant(t, text), text})
	}
}

// takeApart walks over a statement's tokens.
type takeApart struct {
	tokens []namedToken
	i      int
}

// skip passes the words when they come next, all of them.
func (t *takeApart) skip(words ...string) bool {
	for k, w := range words {
		if t.i+k >= len(t.tokens) || t.tokens[t.i+k].word != w {
			return false
		}
	}
	t.i += len(words)
	return true
}

// parentheses passes one (…) group.
func (t *takeApart) parentheses() {
	if !t.skip("(") {
		return
	}
	for depth := 1; depth > 0 && t.i < len(t.tokens); t.i++ {
		switch t.tokens[t.i].word {
		case "(":
			depth++
		case ")":
			depth--
		}
	}
}

// name returns the next name as written, with its qualification.
func (t *takeApart) name() string {
	var b strings.Builder
	for t.i < len(t.tokens) {
		b.WriteString(t.tokens[t.i].text)
		t.i++
		if !t.skip(".") {
			break
		}
		b.WriteByte('.')
	}
	return b.String()
}

// until moves behind the next of word; false when there is none.
func (t *takeApart) until(word string) bool {
	for t.i < len(t.tokens) {
		t.i++
		if t.tokens[t.i-1].word == word {
			return true
		}
	}
	return false
}
