package postgres

import "strings"

// oneSpelling puts a text of the server into the form that it has when the
// server reads it again. Of what it prints two things are not what it would
// print the second time.
//
//  1. x IN ('a', 'b') of a varchar is printed as
//     (x)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])
//     and from then on as
//     (x)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])
//     because a cast of ARRAY[…] is one of its elements (PostgreSQL 13 to 18,
//     src/backend/parser/parse_expr.c, transformArrayExpr)
//  2. NULL below UNION is printed as NULL::integer, and from then on as
//     NULL::integer AS int4, the name that a cast gives a column
//     (parse_target.c, FigureColname): here it has none
//
// A view that gen makes of the first has the second.
func oneSpelling(sql string) string {
	const from = "(ARRAY["
	for strings.Contains(sql, from) {
		again, ok := castElements(sql)
		if !ok {
			break
		}
		sql = again
	}
	return withoutGivenNames(sql)
}

// castElements rewrites the first (ARRAY[…])::type[] there is.
func castElements(sql string) (string, bool) {
	tokens := lex(sql)
	for i := 0; i+2 < len(tokens); i++ {
		if !tokens[i].is("(") || !tokens[i+1].is("array") || !tokens[i+2].is("[") {
			continue
		}
		ends, end := elements(tokens, i+3)
		if end+3 >= len(tokens) || !tokens[end+1].is(")") || !tokens[end+2].is("::") {
			continue
		}
		behind := skipType(tokens, end+3)
		if !tokens[behind-1].is("]") || !tokens[behind-2].is("[") {
			continue
		}
		typ := sql[tokens[end+3].begin:tokens[behind-2].begin]
		var b strings.Builder
		b.WriteString(sql[:tokens[i].begin] + "ARRAY[")
		begin := tokens[i+2].end
		for n, e := range ends {
			if n > 0 {
				b.WriteString(", ")
			}
			b.WriteString("(" + strings.TrimSpace(sql[begin:tokens[e].begin]) + ")::" + typ)
			begin = tokens[e].end
		}
		b.WriteString("]" + sql[tokens[behind-1].end:])
		return b.String(), true
	}
	return sql, false
}

// elements are the tokens behind each element of the list that begins at token
// i: the commas, and the bracket at the end.
func elements(tokens []token, i int) (ends []int, end int) {
	depth := 0
	for ; i < len(tokens); i++ {
		switch t := tokens[i]; {
		case t.is("]") && depth == 0:
			return append(ends, i), i
		case t.is("("), t.is("["):
			depth++
		case t.is(")"), t.is("]"):
			depth--
		case t.is(",") && depth == 0:
			ends = append(ends, i)
		}
	}
	return nil, len(tokens)
}

// withoutGivenNames takes away AS int4 behind a constant with a cast to integer:
// the column is called that anyway.
func withoutGivenNames(sql string) string {
	if !strings.Contains(sql, "::") || !strings.Contains(sql, " AS ") {
		return sql
	}
	tokens := lex(sql)
	var b strings.Builder
	at := 0
	for i := 0; i+1 < len(tokens); i++ {
		if !tokens[i+1].is("::") || tokens[i].kind != literal && tokens[i].kind != numeral && !tokens[i].is("null") {
			continue
		}
		end := skipType(tokens, i+2)
		if end+1 >= len(tokens) || !tokens[end].is("as") || !tokens[end+1].name() || tokens[end+1].text != givenName(tokens[i+2:end]) {
			continue
		}
		b.WriteString(sql[at:tokens[end-1].end])
		at = tokens[end+1].end
	}
	return b.String() + sql[at:]
}

// givenName is what a cast to the type calls a column: the name in pg_type.
func givenName(typ []token) string {
	name, zone := typ[0], false
	for i, t := range typ {
		if t.is("(") || t.is("[") {
			break
		}
		if i > 1 && typ[i-1].is(".") {
			name = t
		}
	}
	for _, t := range typ {
		zone = zone || t.is("with")
	}
	switch short, known := shortTypes[name.text]; {
	case name.kind == quoted:
		return name.text
	case name.is("character") && len(typ) > 1 && typ[1].is("varying"):
		return "varchar"
	case name.is("bit") && len(typ) > 1 && typ[1].is("varying"):
		return "varbit"
	case (name.is("timestamp") || name.is("time")) && zone:
		return name.text + "tz"
	case known:
		return short
	}
	return name.text
}

// shortTypes are the types whose name in pg_type is another than the one printed.
var shortTypes = map[string]string{"integer": "int4", "bigint": "int8", "smallint": "int2", "boolean": "bool", "real": "float4", "double": "float8", "character": "bpchar"}
