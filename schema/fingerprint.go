package schema

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// fingerprintForm begins every fingerprint; another form of them is another
// number.
const fingerprintForm = "1:"

// mostParts is up to how many objects a fingerprint tells apart; one of a larger
// database only tells that something differs.
const mostParts = 60

// Fingerprint identifies the schemas, enums, sequences, tables and objects of d in one word:
// two databases with the same fingerprint are, for every purpose of gen, the same.
// It covers all that Format prints except
//
//   - owners, and what things with privileges of their own have beyond those,
//   - names of constraints and indexes that nobody chose (Derived),
//   - the order of columns, constraints and indexes,
//   - in expressions (defaults, checks, generated columns, predicates) spaces,
//     parentheses, casts and the case of letters outside quotes: in these the
//     majors of a server spell differently what is the same,
//   - the query of a view, of which its columns stand for it,
//   - partitions and what hangs on them: where programs make them, they come and
//     go between two revisions,
//   - positions, rename hints, comments on schemas, and what is not managed.
func Fingerprint(d *Database) string {
	parts := fingerprintParts(d)
	sum := sha256.New()
	short := ""
	for _, p := range parts {
		fmt.Fprintf(sum, "%s\n", p.sum)
		short += p.sum[:6]
	}
	text := fingerprintForm + hex.EncodeToString(sum.Sum(nil))[:16]
	if len(parts) <= mostParts {
		text += ":" + short
	}
	return text
}

// FingerprintDiff compares d with a fingerprint taken earlier. same is whether
// nothing differs. Otherwise other lists the objects of d that the fingerprint
// does not hold ("table public.users"): new ones and those that changed; gone is
// how many objects it holds that d does not: those that changed, and those that
// are no longer there; -1 when it does not tell its objects apart. It is an error
// when the text is no fingerprint that this version can read.
func FingerprintDiff(d *Database, fingerprint string) (same bool, other []string, gone int, err error) {
	rest, ok := strings.CutPrefix(fingerprint, fingerprintForm)
	if !ok {
		return false, nil, 0, fmt.Errorf("%q is no fingerprint that this version of gen can read", fingerprint)
	}
	if Fingerprint(d) == fingerprint {
		return true, nil, 0, nil
	}
	_, short, told := strings.Cut(rest, ":")
	if !told {
		return false, nil, -1, nil
	}
	var had []string
	for i := 0; i+6 <= len(short); i += 6 {
		had = append(had, short[i:i+6])
	}
	for _, p := range fingerprintParts(d) {
		if i := slices.Index(had, p.sum[:6]); i >= 0 {
			had = slices.Delete(had, i, i+1)
		} else {
			other = append(other, p.name)
		}
	}
	return false, other, len(had), nil
}

// fingerprintPart is one object, its name for people and what identifies it.
type fingerprintPart struct{ name, sum string }

func fingerprintParts(d *Database) []fingerprintPart {
	d = Clone(d)
	var parts []fingerprintPart
	add := func(name string, one Database) {
		lines := strings.Split(strings.TrimSpace(Format(&one)), "\n")
		slices.Sort(lines[1:]) // the order within an object is no difference
		sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
		parts = append(parts, fingerprintPart{name, hex.EncodeToString(sum[:])})
	}
	for _, s := range d.Schemas {
		add("schema "+ident(s.Name), Database{Schemas: []Schema{{Name: s.Name}}})
	}
	for _, e := range d.Enums {
		e.Pos, e.Was = Pos{}, nil
		add("enum "+qname(e.Name), Database{Enums: []Enum{e}})
	}
	for _, s := range d.Sequences {
		s.Pos, s.Was = Pos{}, nil
		add("sequence "+qname(s.Name), Database{Sequences: []Sequence{s}})
	}
	partitions := map[Name]bool{}
	for _, t := range d.Tables {
		if t.PartitionOf != nil {
			partitions[t.Name] = true
			continue
		}
		plainTable(&t)
		add("table "+qname(t.Name), Database{Tables: []Table{t}})
	}
	for _, o := range d.Objects {
		if partitions[o.Table] {
			continue
		}
		plainObject(&o)
		add(o.Ref().String(), Database{Objects: []Object{o}})
	}
	for _, a := range d.Access {
		if len(a.Grants) > 0 {
			// Whose it is differs from one place to the next.
			a.Pos, a.Owner, a.On = Pos{}, "", a.Key()
			add("privileges of "+a.On.String(), Database{Access: []Access{a}})
		}
	}
	slices.SortFunc(parts, func(a, b fingerprintPart) int { return strings.Compare(a.name, b.name) })
	return parts
}

// plainObject takes out of an object what a fingerprint does not cover.
func plainObject(o *Object) {
	o.Pos, o.Grants, o.Uses, o.Needs, o.Users, o.Was = Pos{}, nil, nil, nil, nil, nil
	if o.Kind == KindView || o.Kind == KindMaterializedView {
		// From 16 on a query with one table is printed without the table's name.
		o.SQL = ""
	}
	o.SQL = plainExpr(o.SQL)
	for i := range o.Facets {
		o.Facets[i].Value = plainExpr(o.Facets[i].Value)
	}
}

// plainTable takes out of a table what a fingerprint does not cover.
func plainTable(t *Table) {
	t.Pos, t.Was, t.OpenPartitions = Pos{}, nil, false
	for i := range t.Columns {
		c := &t.Columns[i]
		c.Pos, c.Was, c.Backfill, c.Default, c.Inherited = Pos{}, nil, "", plainExpr(c.Default), false
		if c.Generated != nil {
			c.Generated.Expr = plainExpr(c.Generated.Expr)
		}
	}
	if p := t.PrimaryKey; p != nil {
		p.Pos = Pos{}
		plainName(&p.Name, &p.Derived)
	}
	for i := range t.Uniques {
		t.Uniques[i].Pos = Pos{}
		plainName(&t.Uniques[i].Name, &t.Uniques[i].Derived)
	}
	for i := range t.ForeignKeys {
		t.ForeignKeys[i].Pos = Pos{}
		plainName(&t.ForeignKeys[i].Name, &t.ForeignKeys[i].Derived)
	}
	for i := range t.Checks {
		c := &t.Checks[i]
		c.Pos, c.Expr = Pos{}, plainExpr(c.Expr)
		plainName(&c.Name, &c.Derived)
	}
	for i := range t.Exclusions {
		e := &t.Exclusions[i]
		e.Pos, e.Where = Pos{}, plainExpr(e.Where)
		plainName(&e.Name, &e.Derived)
		for k := range e.Elements {
			e.Elements[k].Key.Expr = plainExpr(e.Elements[k].Key.Expr)
		}
	}
	for i := range t.Indexes {
		x := &t.Indexes[i]
		x.Pos, x.Where = Pos{}, plainExpr(x.Where)
		plainName(&x.Name, &x.Derived)
		for k := range x.Keys {
			x.Keys[k].Expr = plainExpr(x.Keys[k].Expr)
		}
	}
}

func plainName(name *string, derived *bool) {
	if *derived {
		*name, *derived = "", false
	}
}

// castWords continue the name of a type after its first word.
var castWords = []string{"varying", "precision", "with", "without", "time", "zone"}

// plainExpr is an expression without what majors spell differently.
func plainExpr(sql string) string {
	var b strings.Builder
	for i := 0; i < len(sql); {
		switch c := sql[i]; {
		case c == '\'' || c == '"':
			end := strings.IndexByte(sql[i+1:], c)
			if end < 0 {
				end = len(sql) - i - 2
			}
			b.WriteString(sql[i : i+end+2])
			i += end + 2
		case c == ' ' || c == '\t' || c == '\n' || c == '(' || c == ')':
			i++
		case strings.HasPrefix(sql[i:], "::"):
			i = skipType(sql, i+2)
		default:
			b.WriteString(strings.ToLower(sql[i : i+1]))
			i++
		}
	}
	return b.String()
}

// skipType returns where a type's name that begins at i ends.
func skipType(sql string, i int) int {
	word := func(at int) int {
		for at < len(sql) && (sql[at] >= 0x80 || sql[at] == '_' || sql[at] == '.' || sql[at] >= '0' && sql[at] <= '9' || sql[at]|0x20 >= 'a' && sql[at]|0x20 <= 'z') {
			at++
		}
		return at
	}
	if i < len(sql) && sql[i] == '"' {
		end := strings.IndexByte(sql[i+1:], '"')
		return min(len(sql), i+max(end, 0)+2)
	}
	i = word(i)
	for {
		if i < len(sql) && (sql[i] == '[' || sql[i] == '(') {
			end := strings.IndexAny(sql[i:], "])")
			if end < 0 {
				return len(sql)
			}
			i += end + 1
			continue
		}
		if i < len(sql) && sql[i] == ' ' {
			if end := word(i + 1); slices.Contains(castWords, sql[i+1:end]) {
				i = end
				continue
			}
		}
		return i
	}
}
