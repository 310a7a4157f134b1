package postgres

import (
	"strconv"
	"strings"
)

// A typ is the text of format_type taken apart.
type typ struct {
	base   string // without modifiers: "timestamp with time zone"; "public.mood"
	mods   string // what stands in the parentheses: "10,2"
	fields string // of an interval: "day to second"
	array  bool
}

// parseType never fails: what it does not know is all base.
func parseType(text string) typ {
	var t typ
	for strings.HasSuffix(text, "[]") {
		text, t.array = strings.TrimSuffix(text, "[]"), true
	}
	open := strings.IndexByte(text, '(')
	shut := strings.LastIndexByte(text, ')')
	if open > 0 && shut > open && strings.Count(text[:open], `"`)%2 == 0 {
		t.mods = text[open+1 : shut]
		text = text[:open] + text[shut+1:]
	}
	if fields, ok := strings.CutPrefix(text, "interval "); ok {
		text, t.fields = "interval", fields
	}
	if text == "bpchar" {
		text = "character"
	}
	t.base = text
	return t
}

func (t typ) String() string {
	s := t.base
	if t.fields != "" {
		s += " " + t.fields
	}
	if t.mods != "" {
		head, tail, zoned := strings.Cut(s, " with")
		s = head + "(" + t.mods + ")"
		if zoned {
			s += " with" + tail
		}
	}
	if t.array {
		s += "[]"
	}
	return s
}

// local is the name without schema and quotes.
func (t typ) local() string {
	return strings.Trim(t.base[strings.LastIndexByte(t.base, '.')+1:], `"`)
}

// numbers are the modifiers as numbers.
func (t typ) numbers() ([]int, bool) {
	if t.mods == "" {
		return nil, false
	}
	var n []int
	for _, m := range strings.Split(t.mods, ",") {
		i, err := strconv.Atoi(strings.TrimSpace(m))
		if err != nil {
			return nil, false
		}
		n = append(n, i)
	}
	return n, true
}

// defaultStorage is the storage strategy a column of the type has when none is
// chosen; empty where the renderer does not know the type. It is typstorage of
// pg_type, the same in PostgreSQL 13 to 18.
func defaultStorage(t typ, enum bool) string {
	switch {
	case t.array:
		return "extended"
	case enum:
		return "plain"
	}
	switch t.base {
	case "numeric", "inet", "cidr":
		return "main"
	case "text", "character varying", "character", "bytea", "json", "jsonb", "jsonpath", "xml", "bit", "bit varying",
		"path", "polygon", "tsvector", "refcursor",
		"int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange",
		"int4multirange", "int8multirange", "nummultirange", "tsmultirange", "tstzmultirange", "datemultirange":
		return "extended"
	case "smallint", "integer", "bigint", "real", "double precision", "boolean", "date", "money", "uuid", "oid", "name", `"char"`,
		"time with time zone", "time without time zone", "timestamp with time zone", "timestamp without time zone", "interval",
		"point", "line", "lseg", "box", "circle", "macaddr", "macaddr8", "tsquery", "pg_lsn":
		return "plain"
	}
	return ""
}
