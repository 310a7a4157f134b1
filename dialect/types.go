package dialect

import (
	"fmt"
	"strconv"
	"strings"
)

// CanonicalType spells a PostgreSQL type the way format_type prints it:
// int8 → bigint, varchar(20) → character varying(20), int[3] → integer[].
// ok is false when only a server can tell: types of the user and of
// extensions, and text that is no type at all. canonical is then the text
// without outer space.
//
// It is idempotent: what it returns with ok it returns again.
func CanonicalType(text string) (canonical string, ok bool) {
	canonical, ok, err := ParseType(text)
	return canonical, ok && err == nil
}

// ParseType is [CanonicalType] that also says what is wrong: err is set when
// the type is one of PostgreSQL's own and the rest of the text cannot follow
// it, as in int(11) or varchar(0). known is false for every type that is not
// built in, whose arguments nobody but its owner understands.
//
// The rules are those of the grammar (SimpleTypename in gram.y) and of
// format_type_extended (format_type.c) of PostgreSQL 18.
func ParseType(text string) (canonical string, known bool, err error) {
	trimmed := strings.TrimSpace(text)
	p := typeParser{toks: typeTokens(trimmed)}
	name, mod, found := p.base()
	if !found {
		return trimmed, false, nil
	}
	if p.err != nil {
		return trimmed, true, p.err
	}
	array := p.arraySuffix()
	if p.err == nil && p.at < len(p.toks) {
		p.fail("%q cannot follow type %s", p.toks[p.at].text, name)
	}
	if p.err != nil {
		return trimmed, true, p.err
	}
	out := typeText(name, mod)
	if array {
		out += "[]"
	}
	return out, true, nil
}

// typeText joins the name of a type with its modifier, which stands before
// the words about the time zone.
func typeText(name, mod string) string {
	for _, tail := range []string{" without time zone", " with time zone"} {
		if head, found := strings.CutSuffix(name, tail); found {
			return head + mod + tail
		}
	}
	return name + mod
}

// plainTypes maps every name that takes no modifier and no second word to
// what format_type prints. Names of the catalog stand for themselves.
var plainTypes = func() map[string]string {
	m := map[string]string{
		"int2": "smallint", "smallint": "smallint",
		"int4": "integer", "int": "integer", "integer": "integer",
		"int8": "bigint", "bigint": "bigint",
		"float4": "real", "real": "real", "float8": "double precision",
		"bool": "boolean", "boolean": "boolean",
	}
	for w := range words(`
text bytea date uuid json jsonb jsonpath xml money name oid inet cidr macaddr
macaddr8 point line lseg box path polygon circle tsvector tsquery gtsvector
int4range int8range numrange daterange tsrange tstzrange int4multirange
int8multirange nummultirange datemultirange tsmultirange tstzmultirange
regclass regcollation regconfig regdictionary regnamespace regoper regoperator
regproc regprocedure regrole regtype pg_lsn pg_snapshot txid_snapshot xid xid8
cid tid refcursor aclitem int2vector oidvector pg_node_tree pg_ndistinct
pg_dependencies pg_mcv_list pg_brin_bloom_summary
pg_brin_minmax_multi_summary`) {
		m[w] = w
	}
	return m
}()

// keywordTypes are names that only the grammar knows: quoted or qualified
// they are not found in the catalog.
var keywordTypes = words(`smallint int integer bigint real float double boolean decimal dec character char nchar national`)

// A typeParser reads one type name. err is the first thing found wrong.
type typeParser struct {
	toks []typeToken
	at   int
	err  error
}

// A typeToken is a word (lower case unless quoted), a number or one character.
type typeToken struct {
	text   string
	quoted bool
	word   bool
}

// base reads the type without the array suffix. found is false for types
// that are not built in.
func (p *typeParser) base() (name, mod string, found bool) {
	t, isWord := p.word()
	if !isWord {
		return "", "", false
	}
	catalog := t.quoted
	if t.text == "pg_catalog" && p.is(".") {
		p.at++
		if t, isWord = p.word(); !isWord {
			return "", "", false
		}
		catalog = true
	} else if p.is(".") {
		return "", "", false
	}
	if catalog {
		return p.catalogType(t.text)
	}
	if out, plain := plainTypes[t.text]; plain {
		if p.is("(") {
			p.fail("type %s takes no modifier in parentheses", out)
		}
		return out, "", true
	}
	return p.grammarType(t.text)
}

// catalogType is a name that was quoted or qualified: the name of a row of
// pg_type, not a word of the grammar.
func (p *typeParser) catalogType(name string) (string, string, bool) {
	switch name {
	case "char":
		return `"char"`, "", true
	case "bpchar", "varchar", "numeric", "bit", "varbit", "time", "timetz", "timestamp", "timestamptz", "interval":
		if name == "bit" && !p.is("(") {
			return `"bit"`, "", true // without the length 1 that the word of the grammar has
		}
		return p.grammarType(name)
	}
	if keywordTypes[name] {
		return "", "", false
	}
	out, found := plainTypes[name]
	if found && p.is("(") {
		p.fail("type %s takes no modifier in parentheses", out)
	}
	return out, "", found
}

func (p *typeParser) grammarType(name string) (string, string, bool) {
	switch name {
	case "double":
		if !p.accept("precision") {
			return "", "", false
		}
		return "double precision", "", true
	case "float":
		return p.float(), "", true
	case "numeric", "decimal", "dec":
		return "numeric", p.numericMod(), true
	case "varchar":
		return "character varying", p.lengthMod("character varying", 10485760), true
	case "bpchar":
		if mod := p.lengthMod("character", 10485760); mod != "" {
			return "character", mod, true
		}
		return "bpchar", "", true
	case "char", "character", "nchar":
		return p.character()
	case "national":
		if !p.accept("char") && !p.accept("character") {
			return "", "", false
		}
		return p.character()
	case "bit":
		if p.accept("varying") {
			return "bit varying", p.lengthMod("bit varying", 83886080), true
		}
		if mod := p.lengthMod("bit", 83886080); mod != "" {
			return "bit", mod, true
		}
		return "bit", "(1)", true
	case "varbit":
		return "bit varying", p.lengthMod("bit varying", 83886080), true
	case "time", "timestamp":
		mod := p.fractionMod(name)
		return name + p.zone(), mod, true
	case "timetz", "timestamptz":
		return strings.TrimSuffix(name, "tz") + " with time zone", p.fractionMod(name), true
	case "interval":
		return p.interval(), "", true
	}
	return "", "", false
}

func (p *typeParser) character() (string, string, bool) {
	if p.accept("varying") {
		return "character varying", p.lengthMod("character varying", 10485760), true
	}
	if mod := p.lengthMod("character", 10485760); mod != "" {
		return "character", mod, true
	}
	return "character", "(1)", true
}

// float is real up to 24 bits of mantissa (opt_float in gram.y).
func (p *typeParser) float() string {
	args, given := p.args("float")
	switch {
	case !given:
	case len(args) != 1 || args[0] < 1 || args[0] > 53:
		p.fail("precision of type float must be between 1 and 53 bits")
	case args[0] <= 24:
		return "real"
	}
	return "double precision"
}

// numericMod: numeric(p) is stored, and printed, as numeric(p,0).
func (p *typeParser) numericMod() string {
	args, given := p.args("numeric")
	if !given {
		return ""
	}
	scale := 0
	switch len(args) {
	case 1:
	case 2:
		scale = args[1]
	default:
		p.fail("type numeric takes precision and scale, as in numeric(12,2)")
		return ""
	}
	if args[0] < 1 || args[0] > 1000 || scale < -1000 || scale > 1000 {
		p.fail("precision of type numeric must be between 1 and 1000, scale between -1000 and 1000")
	}
	return fmt.Sprintf("(%d,%d)", args[0], scale)
}

func (p *typeParser) lengthMod(name string, limit int) string {
	args, given := p.args(name)
	if !given {
		return ""
	}
	if len(args) != 1 || args[0] < 1 || args[0] > limit {
		p.fail("length of type %s must be one number between 1 and %d", name, limit)
		return ""
	}
	return fmt.Sprintf("(%d)", args[0])
}

// fractionMod: the server cuts more than six digits of a second down to six.
func (p *typeParser) fractionMod(name string) string {
	args, given := p.args(name)
	if !given {
		return ""
	}
	if len(args) != 1 || args[0] < 0 {
		p.fail("precision of type %s must be one number between 0 and 6", name)
		return ""
	}
	return fmt.Sprintf("(%d)", min(args[0], 6))
}

func (p *typeParser) zone() string {
	start := p.at
	with := p.accept("with")
	if !with && !p.accept("without") {
		return " without time zone"
	}
	if !p.accept("time") || !p.accept("zone") {
		p.at = start
		return " without time zone"
	}
	if with {
		return " with time zone"
	}
	return " without time zone"
}

// intervalFields are the field ranges in the order of opt_interval.
var intervalFields = []string{
	"year to month", "day to hour", "day to minute", "day to second",
	"hour to minute", "hour to second", "minute to second",
	"year", "month", "day", "hour", "minute", "second",
}

func (p *typeParser) interval() string {
	for _, f := range intervalFields {
		if !p.acceptAll(strings.Fields(f)) {
			continue
		}
		if strings.HasSuffix(f, "second") {
			return "interval " + f + p.fractionMod("interval "+f)
		}
		return "interval " + f
	}
	return "interval" + p.fractionMod("interval")
}

// arraySuffix reads [], [n] and ARRAY; the server keeps neither the number of
// dimensions nor their sizes.
func (p *typeParser) arraySuffix() bool {
	if p.accept("array") {
		if p.is("[") {
			p.bounds()
		}
		return true
	}
	array := false
	for p.err == nil && p.is("[") {
		array = true
		p.bounds()
	}
	return array
}

func (p *typeParser) bounds() {
	p.at++
	if p.at < len(p.toks) {
		if _, err := strconv.Atoi(p.toks[p.at].text); err == nil {
			p.at++
		}
	}
	if !p.is("]") {
		p.fail("missing ] after the size of an array")
		return
	}
	p.at++
}

// args reads "(n, m, …)". given is false where no parenthesis follows.
func (p *typeParser) args(name string) (args []int, given bool) {
	if !p.is("(") {
		return nil, false
	}
	p.at++
	for {
		sign := 1
		if p.is("-") {
			sign = -1
			p.at++
		}
		n := -1
		if p.at < len(p.toks) && !p.toks[p.at].quoted {
			if v, err := strconv.Atoi(p.toks[p.at].text); err == nil {
				n = v
			}
		}
		if n < 0 {
			p.fail("type %s takes numbers in its parentheses", name)
			return nil, true
		}
		args = append(args, sign*n)
		p.at++
		switch {
		case p.is(","):
			p.at++
		case p.is(")"):
			p.at++
			return args, true
		default:
			p.fail("missing ) after %s", name)
			return args, true
		}
	}
}

func (p *typeParser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

func (p *typeParser) word() (typeToken, bool) {
	if p.at < len(p.toks) && p.toks[p.at].word {
		p.at++
		return p.toks[p.at-1], true
	}
	return typeToken{}, false
}

func (p *typeParser) is(text string) bool {
	return p.at < len(p.toks) && !p.toks[p.at].quoted && p.toks[p.at].text == text
}

func (p *typeParser) accept(text string) bool {
	if p.is(text) {
		p.at++
		return true
	}
	return false
}

func (p *typeParser) acceptAll(texts []string) bool {
	start := p.at
	for _, t := range texts {
		if !p.accept(t) {
			p.at = start
			return false
		}
	}
	return true
}

// typeTokens cuts text into words, numbers, quoted identifiers and single
// characters. It accepts every input.
func typeTokens(s string) []typeToken {
	var toks []typeToken
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v':
			i++
		case c == '"':
			text, end := quotedIdent(s, i)
			toks = append(toks, typeToken{text: text, quoted: true, word: true})
			i = end
		case isWordByte(c):
			j := i
			for j < len(s) && isWordByte(s[j]) {
				j++
			}
			digit := c >= '0' && c <= '9'
			toks = append(toks, typeToken{text: lowerASCII(s[i:j]), word: !digit})
			i = j
		default:
			toks = append(toks, typeToken{text: s[i : i+1]})
			i++
		}
	}
	return toks
}

// quotedIdent reads "…" at s[i], where "" stands for one quote.
func quotedIdent(s string, i int) (text string, end int) {
	var b strings.Builder
	for i++; i < len(s); i++ {
		if s[i] != '"' {
			b.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		return b.String(), i + 1
	}
	return b.String(), len(s)
}

func isWordByte(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// lowerASCII folds as the server folds identifiers in a UTF-8 database: the
// letters A to Z only.
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
