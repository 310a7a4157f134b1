package sqlite

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/internal/sqlitelex"
)

// lite quotes names.
var lite = dialect.SQLite()

// A scope is the table an expression stands in: what its names may mean.
type scope struct {
	table   string
	columns map[string]string // folded name → name
}

func newScope(table string, columns []string) scope {
	s := scope{table: table, columns: make(map[string]string, len(columns))}
	for _, c := range columns {
		s.columns[sqlitelex.Fold(c)] = c
	}
	return s
}

// column returns the spelling of a column, or the name itself.
func (s scope) column(name string) string {
	if c, ok := s.columns[sqlitelex.Fold(name)]; ok {
		return c
	}
	return name
}

// SQLite keeps the user's text. Two texts are one expression when their normal
// forms are equal; the normal form is that text with
//
//  1. no comments, one space between tokens, none inside parentheses, before a
//     comma, around a dot, after a sign or between a function and its list;
//  2. keywords in upper case, functions and unknown words in lower case,
//     columns as the table spells them, quoted only where they must be, and
//     without the table's own name before them;
//  3. "text" that names no column as 'text', which is what SQLite makes of it;
//  4. <> for !=, = for ==, IS NULL for ISNULL, IS NOT NULL for NOTNULL and
//     NOT NULL;
//  5. no parentheses around the whole.
//
// What else may differ without meaning is asked of SQLite (see sameMeaning).
func (s scope) normal(toks []token) string {
	return joinPieces(s.pieces(unwrap(toks)))
}

// normalText is normal for text that did not come from a catalog.
func (s scope) normalText(expr string) (string, error) {
	toks, err := lexExpr(expr)
	if err != nil {
		return "", err
	}
	return s.normal(toks), nil
}

// lexExpr cuts an expression into tokens and makes sure that it is one: that
// set in parentheses it stays inside them.
func lexExpr(expr string) ([]token, error) {
	toks, err := sqlitelex.Lex(expr)
	if err != nil {
		return nil, err
	}
	depth := 0
	for _, t := range toks {
		switch {
		case t.Is("("):
			depth++
		case t.Is(")"):
			depth--
		case t.Is(";"):
			return nil, fmt.Errorf("%q is more than an expression", expr)
		}
		if depth < 0 {
			return nil, fmt.Errorf("%q closes a parenthesis it did not open", expr)
		}
	}
	switch {
	case depth > 0:
		return nil, fmt.Errorf("%q leaves a parenthesis open", expr)
	case len(toks) == 0:
		return nil, errors.New("the expression is empty")
	}
	return toks, nil
}

// normalDefault returns the normal form of a default. A single word is a
// string to SQLite unless it is one of the few that are values; DEFAULT NULL
// is no default.
func normalDefault(toks []token) string {
	toks = unwrap(toks)
	if len(toks) == 1 && toks[0].IsName() && !isValueWord(toks[0]) {
		return lite.Literal(toks[0].Value)
	}
	if len(toks) == 2 && toks[0].Is("+") && toks[1].Kind == sqlitelex.Number {
		toks = toks[1:]
	}
	text := scope{}.normal(toks)
	if text == "NULL" {
		return ""
	}
	return text
}

func isValueWord(t token) bool {
	for _, w := range []string{"NULL", "TRUE", "FALSE", "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME"} {
		if t.Is(w) {
			return true
		}
	}
	return false
}

// normalCollation is the one spelling of a collation's name: those that SQLite
// has in upper case, an application's in lower case. BINARY is everybody's
// default and so is none.
func normalCollation(name string) string {
	switch up := strings.ToUpper(name); up {
	case "BINARY":
		return ""
	case "NOCASE", "RTRIM":
		return up
	}
	return sqlitelex.Fold(name)
}

type pieceKind int

const (
	pieceOperand pieceKind = iota // a name, a literal, a keyword that is a value
	pieceKeyword
	pieceFunc
	pieceOp
	pieceSign // + - ~ before an operand
	pieceOpen
	pieceClose
	pieceComma
	pieceDot
)

type piece struct {
	kind pieceKind
	text string
}

// Keywords that SQLite never takes for names (no fallback to ID in parse.y),
// as far as they can stand in an expression.
const hardKeywords = ` AND AS BETWEEN CASE COLLATE DISTINCT ELSE ESCAPE EXISTS FROM GROUP HAVING IN IS ISNULL
 LIMIT NOT NOTNULL NULL ON OR ORDER SELECT THEN UNION USING VALUES WHEN WHERE `

// Keywords that might be names elsewhere and never are without quotes where an
// operator or a value may stand.
const softKeywords = ` BY CAST CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP END GLOB LIKE MATCH RAISE REGEXP FILTER OVER `

func isKeyword(list, word string) bool {
	return strings.Contains(list, " "+strings.ToUpper(word)+" ") || strings.Contains(list, " "+strings.ToUpper(word)+"\n")
}

func (s scope) pieces(toks []token) []piece {
	var out []piece
	add := func(k pieceKind, text string) { out = append(out, piece{k, text}) }
	operandBefore := func() bool {
		return len(out) > 0 && (out[len(out)-1].kind == pieceOperand || out[len(out)-1].kind == pieceClose)
	}
	for i := 0; i < len(toks); i++ {
		t := toks[i]
		next := token{Kind: sqlitelex.Op}
		if i+1 < len(toks) {
			next = toks[i+1]
		}
		afterDot := len(out) > 0 && out[len(out)-1].kind == pieceDot
		switch t.Kind {
		case sqlitelex.String:
			add(pieceOperand, t.Text)
		case sqlitelex.Number:
			add(pieceOperand, strings.ToLower(t.Text))
		case sqlitelex.Blob:
			add(pieceOperand, "x'"+strings.ToLower(t.Value)+"'")
		case sqlitelex.Param:
			add(pieceOperand, t.Text)
		case sqlitelex.Quoted, sqlitelex.Word:
			if next.Is(".") && !afterDot && sqlitelex.Same(t.Value, s.table) {
				i++ // the table's own name says nothing
				continue
			}
			prevCollate := len(out) > 0 && out[len(out)-1] == piece{pieceKeyword, "COLLATE"}
			switch {
			case prevCollate:
				add(pieceOperand, collationInExpr(t.Value))
			case t.Kind == sqlitelex.Word && !afterDot && (isKeyword(hardKeywords, t.Text) || isKeyword(softKeywords, t.Text)):
				i += s.keyword(&out, t, next, operandBefore())
			default:
				out = append(out, s.word(t, next, afterDot))
			}
		default:
			switch {
			case t.Is("("):
				add(pieceOpen, "(")
			case t.Is(")"):
				add(pieceClose, ")")
			case t.Is(","):
				add(pieceComma, ",")
			case t.Is("."):
				add(pieceDot, ".")
			case (t.Is("-") || t.Is("+") || t.Is("~")) && !operandBefore():
				add(pieceSign, t.Text)
			case t.Is("!="):
				add(pieceOp, "<>")
			case t.Is("=="):
				add(pieceOp, "=")
			default:
				add(pieceOp, t.Text)
			}
		}
	}
	return out
}

// keyword adds a keyword and returns how many tokens after it went with it.
func (s scope) keyword(out *[]piece, t, next token, operandBefore bool) int {
	add := func(k pieceKind, words ...string) {
		for _, w := range words {
			*out = append(*out, piece{k, w})
		}
	}
	word := strings.ToUpper(t.Text)
	switch {
	case word == "ISNULL":
		add(pieceKeyword, "IS")
		add(pieceOperand, "NULL")
	case word == "NOTNULL":
		add(pieceKeyword, "IS", "NOT")
		add(pieceOperand, "NULL")
	case word == "NOT" && next.Is("NULL") && operandBefore:
		add(pieceKeyword, "IS", "NOT")
		add(pieceOperand, "NULL")
		return 1
	case word == "NULL", word == "END", strings.HasPrefix(word, "CURRENT_"):
		add(pieceOperand, word)
	case (word == "CAST" || word == "RAISE" || word == "LIKE" || word == "GLOB") && next.Is("(") && !operandBefore && !afterNot(*out):
		if word == "LIKE" || word == "GLOB" { // like(x, y) is a function
			word = strings.ToLower(word)
		}
		add(pieceFunc, word)
	default:
		add(pieceKeyword, word)
	}
	return 0
}

func afterNot(out []piece) bool {
	return len(out) > 0 && out[len(out)-1] == piece{pieceKeyword, "NOT"}
}

// word returns the piece of an identifier, quoted or not.
func (s scope) word(t, next token, afterDot bool) piece {
	if next.Is("(") && !afterDot {
		return piece{pieceFunc, ident(sqlitelex.Fold(t.Value), t)}
	}
	if c, ok := s.columns[sqlitelex.Fold(t.Value)]; ok {
		return piece{pieceOperand, lite.Ident(c)}
	}
	if t.Kind == sqlitelex.Quoted {
		if strings.HasPrefix(t.Text, `"`) && !afterDot && !next.Is(".") && !isRowid(t.Value) {
			return piece{pieceOperand, lite.Literal(t.Value)}
		}
		return piece{pieceOperand, lite.Ident(t.Value)}
	}
	if t.Is("TRUE") || t.Is("FALSE") {
		return piece{pieceOperand, strings.ToUpper(t.Text)}
	}
	return piece{pieceOperand, sqlitelex.Fold(t.Text)}
}

// ident leaves a word that was accepted without quotes as it is.
func ident(folded string, t token) string {
	if t.Kind == sqlitelex.Word {
		return folded
	}
	return lite.Ident(folded)
}

func isRowid(name string) bool {
	switch sqlitelex.Fold(name) {
	case "rowid", "oid", "_rowid_":
		return true
	}
	return false
}

func collationInExpr(name string) string {
	n := normalCollation(name)
	switch n {
	case "":
		return "BINARY"
	case "NOCASE", "RTRIM":
		return n
	}
	return lite.Ident(n)
}

func joinPieces(list []piece) string {
	var b strings.Builder
	for i, p := range list {
		if i > 0 && spaced(list[i-1], p) {
			b.WriteByte(' ')
		}
		b.WriteString(p.text)
	}
	return b.String()
}

func spaced(a, b piece) bool {
	switch {
	case a.kind == pieceSign:
		return a.text == "-" && b.text == "-" // "--" would begin a comment
	case a.kind == pieceOpen, b.kind == pieceClose, b.kind == pieceComma, a.kind == pieceDot, b.kind == pieceDot:
		return false
	case a.kind == pieceFunc:
		return b.kind != pieceOpen
	}
	return true
}
