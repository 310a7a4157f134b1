package postgres

import "strings"

// skeleton is what an expression says, without the ways to say it: its tokens
// without casts, parentheses, qualification, the case of key words, and with the
// operators that the parser itself puts for IN, BETWEEN, LIKE and !=. Two
// expressions of one skeleton that EXPLAIN reports as equal are equal: the same
// literals, names and operators in the same order leave no room for constant
// folding or inlining to hide an edit. Alone it proves nothing. ok is false for
// a text that cannot be split safely, and for one that calls a function by its
// schema: inlined, f of one schema looks like f of another.
func skeleton(text string) (s string, ok bool) {
	tokens := lex(text)
	for _, t := range tokens {
		if t.kind == broken {
			return "", false
		}
	}
	b := bones{tokens: tokens}
	for b.at < len(b.tokens) {
		b.step()
	}
	return strings.Join(b.out, "\x00"), !b.foreign
}

type bones struct {
	tokens []token
	at     int
	out    []string
	in     []int // depth of parentheses at which each open IN list ends
	depth  int

	foreign bool // a function is called by its schema
}

func (b *bones) peek(n int) token {
	if b.at+n < len(b.tokens) {
		return b.tokens[b.at+n]
	}
	return token{kind: mark}
}

func (b *bones) emit(s ...string) { b.out = append(b.out, s...) }

// negated takes a NOT off the end.
func (b *bones) negated() bool {
	if n := len(b.out); n > 0 && b.out[n-1] == "not" {
		b.out = b.out[:n-1]
		return true
	}
	return false
}

func (b *bones) step() {
	t := b.tokens[b.at]
	switch {
	case t.is("::"):
		b.at = skipType(b.tokens, b.at+1)
		return
	case t.is("as"): // only in CAST (x AS type)
		b.at = skipType(b.tokens, b.at+1)
		return
	case t.is("cast") && b.peek(1).is("("):
	case t.is("("):
		b.depth++
	case t.is(")"):
		if n := len(b.in); n > 0 && b.in[n-1] == b.depth {
			b.in = b.in[:n-1]
			b.emit("]")
		}
		b.depth--
	case t.name() && b.peek(1).is(".") && (b.peek(2).name() || b.peek(2).kind == operator):
		b.foreign = b.foreign || t.text != "pg_catalog" && b.peek(2).name() && b.peek(3).is("(")
		b.at += 2 // a qualification
		return
	case t.is("operator") && b.peek(1).is("("):
	case t.kind == word && b.peek(1).kind == literal && typeWords[t.text]:
		// DATE '…' is '…'::date.
	case t.is("in") && b.peek(1).is("("):
		b.list()
		return
	case t.is("between"):
		b.between()
		return
	case t.is("like"), t.is("ilike"):
		b.emit(like(t.text == "ilike", b.negated()))
	case t.is("isnull"):
		b.emit("is", "null")
	case t.is("notnull"):
		b.emit("is", "not", "null")
	case t.is("some"):
		b.emit("any")
	case t.kind == literal:
		b.literal(t)
	default:
		b.emit(plainToken(t))
	}
	b.at++
}

func like(fold, not bool) string {
	op := "~~"
	if fold {
		op += "*"
	}
	if not {
		op = "!" + op
	}
	return op
}

// literal: a negative number is printed as a literal with a cast.
func (b *bones) literal(t token) {
	if b.peek(1).is("::") && strings.HasPrefix(t.text, "-") {
		if n := lex(t.text[1:]); len(n) == 1 && n[0].kind == numeral {
			b.emit("-", n[0].text)
			return
		}
	}
	b.emit("'" + t.text)
}

// list: x IN (a, b) is x = ANY (ARRAY[a, b]), and x IN (a) is x = a.
func (b *bones) list() {
	depth, commas := 0, 0
	for i := b.at + 1; i < len(b.tokens); i++ {
		switch t := b.tokens[i]; {
		case t.is("("), t.is("["):
			depth++
		case t.is(")"), t.is("]"):
			depth--
		case t.is(",") && depth == 1:
			commas++
		}
		if depth == 0 {
			break
		}
	}
	not := b.negated()
	op, quantifier := "=", "any"
	if not {
		op, quantifier = "<>", "all"
	}
	b.emit(op)
	b.depth++
	if commas > 0 {
		b.emit(quantifier, "array", "[")
		b.in = append(b.in, b.depth)
	}
	b.at += 2
}

// between: name BETWEEN a AND b is name >= a AND name <= b. Anything but a
// single name in front is left alone, and then no proof.
func (b *bones) between() {
	not := b.negated()
	n := len(b.out)
	if n == 0 {
		b.at++
		return
	}
	name := b.out[n-1]
	lower, upper, and := ">=", "<=", "and"
	if not {
		lower, upper, and = "<", ">", "or"
	}
	b.at++
	b.emit(lower)
	for depth := b.depth; b.at < len(b.tokens) && !(b.tokens[b.at].is("and") && b.depth == depth); {
		b.step()
	}
	b.emit(and, name, upper)
	b.at++
}

// plainToken is a token as such: quoted identifiers as the unquoted ones they
// equal.
func plainToken(t token) string {
	if t.kind == quoted && pg.Truncate(foldASCII(t.text)) != t.text {
		return `"` + t.text
	}
	return t.text
}

// typeWords are the types that may stand in front of a literal.
var typeWords = map[string]bool{
	"date": true, "time": true, "timestamp": true, "timestamptz": true, "timetz": true, "interval": true, "numeric": true, "integer": true, "int": true,
	"bigint": true, "smallint": true, "real": true, "text": true, "varchar": true, "boolean": true, "bool": true, "uuid": true, "jsonb": true, "json": true,
	"bytea": true, "inet": true, "cidr": true, "point": true, "box": true, "money": true, "xml": true,
}

// skipType is the index behind the type name that begins at i.
func skipType(tokens []token, i int) int {
	at := func(n int) token {
		if n < len(tokens) {
			return tokens[n]
		}
		return token{kind: mark}
	}
	if !at(i).name() {
		return i
	}
	first := at(i)
	i++
	for at(i).is(".") && at(i+1).name() {
		i += 2
	}
	switch {
	case first.is("double") && at(i).is("precision"), (first.is("character") || first.is("char") || first.is("bit")) && at(i).is("varying"):
		i++
	case first.is("interval"):
		for at(i).is("year") || at(i).is("month") || at(i).is("day") || at(i).is("hour") || at(i).is("minute") || at(i).is("second") || at(i).is("to") {
			i++
		}
	}
	if at(i).is("(") && (at(i+1).kind == numeral || at(i+1).kind == literal) {
		for i < len(tokens) && !tokens[i].is(")") {
			i++
		}
		i++
	}
	if (first.is("time") || first.is("timestamp")) && (at(i).is("with") || at(i).is("without")) && at(i+1).is("time") && at(i+2).is("zone") {
		i += 3
	}
	for at(i).is("[") {
		switch {
		case at(i + 1).is("]"):
			i += 2
		case at(i+1).kind == numeral && at(i+2).is("]"):
			// x::int[3] is a type; (x::int[])[3] has a parenthesis in between.
			i += 3
		default:
			return i
		}
	}
	return min(i, len(tokens))
}

// sameTokens reports whether the two texts are token for token the same, apart
// from enclosing parentheses: then the parser makes the same of both. A quoted
// identifier equals an unquoted one where the server would not quote it.
func sameTokens(a, b string) bool {
	if a == b {
		return true
	}
	x, y := lex(stripParens(a)), lex(stripParens(b))
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i].kind == broken || y[i].kind == broken || x[i].text != y[i].text {
			return false
		}
		if x[i].kind != y[i].kind && !(x[i].name() && y[i].name() && pg.Ident(x[i].text) == x[i].text) {
			return false
		}
	}
	return true
}

// sameDefault reports whether the server spells the default u of a column of
// that type as live, as far as that is known without asking:
//
//  1. token for token the same;
//  2. 'x' becomes 'x'::type, the value as the type prints it;
//  3. -1 becomes '-1'::integer, the type by the size of the number.
func sameDefault(u, live, columnType string) bool {
	if sameTokens(u, live) {
		return true
	}
	x, y := lex(stripParens(u)), lex(stripParens(live))
	if len(y) < 3 || y[0].kind != literal || !y[1].is("::") {
		return false
	}
	l := stripParens(live)
	printed := l[y[2].begin:]
	switch {
	case len(x) == 1 && x[0].kind == literal:
		return x[0].text == y[0].text && printed == elementType(columnType)
	case len(x) == 2 && x[0].kind == operator && x[0].text == "-" && x[1].kind == numeral:
		return y[0].text == "-"+x[1].text && printed == numberType(x[1].text)
	}
	return false
}

// numberType is the type the parser gives a negative number without a sign
// (manual, §4.1.2.6); empty where the server should be asked.
func numberType(digits string) string {
	for i := range digits {
		if c := digits[i]; c != '.' && (c < '0' || c > '9') {
			return ""
		}
	}
	switch {
	case strings.Contains(digits, "."):
		return "numeric"
	case len(digits) < 10:
		return "integer"
	case len(digits) < 19 && len(digits) > 10:
		return "bigint"
	}
	return ""
}
