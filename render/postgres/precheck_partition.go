package postgres

import (
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// defaultQueries find the rows of the default partition that belong to a new one.
func (r *renderer) defaultQueries(at int, name schema.Name, of *schema.Partition) []rowQuery {
	if of.Bound == "DEFAULT" {
		return nil
	}
	for _, t := range r.plan.From.Tables {
		if p := t.PartitionOf; p == nil || p.Bound != "DEFAULT" || p.Parent != r.origin(at, of.Parent).table || t.Name == name {
			continue
		}
		keys, where, ok := r.belongs(*of)
		s, there := r.rows(at, t.Name, keys)
		if ok && there {
			return []rowQuery{{t.Name, s.find(where)}}
		}
	}
	return nil
}

// attachQueries find the rows of a table that do not belong into the partition that
// it becomes, or into those that hold it.
func (r *renderer) attachQueries(at int, name schema.Name, of *schema.Partition) []rowQuery {
	var exprs, wheres []string
	for of != nil {
		keys, where, ok := r.belongs(*of)
		if of.Bound == "DEFAULT" {
			keys, where, ok = r.belongsElsewhere(of.Parent, name)
			where = "(" + where + ")"
		} else {
			where = "(" + where + ") IS NOT TRUE"
		}
		if !ok {
			return nil
		}
		if len(keys) > 0 {
			exprs, wheres = append(exprs, keys...), append(wheres, where)
		}
		parent := r.plan.To.Table(of.Parent)
		if parent == nil {
			break
		}
		of = parent.PartitionOf
	}
	s, ok := r.rows(at, name, exprs)
	if !ok || len(wheres) == 0 {
		return nil
	}
	return []rowQuery{{name, s.find(strings.Join(wheres, " OR "))}}
}

// belongsElsewhere is the condition that a row belongs to a partition that has
// bounds. No keys: there are no such partitions.
func (r *renderer) belongsElsewhere(parent, but schema.Name) (keys []string, where string, ok bool) {
	var any []string
	for _, t := range r.plan.To.Tables {
		if t.PartitionOf == nil || t.PartitionOf.Parent != parent || t.Name == but || t.PartitionOf.Bound == "DEFAULT" {
			continue
		}
		k, w, ok := r.belongs(*t.PartitionOf)
		if !ok {
			return nil, "", false
		}
		keys, any = k, append(any, "("+w+")")
	}
	return keys, strings.Join(any, " OR "), true
}

// belongs is the condition that a row belongs to a partition, and the partition key
// as expressions. ok is false for keys with a collation or an operator class, and for
// bounds in words that are not known.
func (r *renderer) belongs(of schema.Partition) (keys []string, where string, ok bool) {
	parent := r.plan.To.Table(of.Parent)
	if parent == nil {
		return nil, "", false
	}
	how, list, found := strings.Cut(parent.PartitionBy, " (")
	if !found {
		return nil, "", false
	}
	keys = items(strings.TrimSuffix(list, ")"))
	for _, k := range keys {
		if words := split(k); len(words) > 1 && !strings.HasPrefix(k, "(") && !isCall(k) {
			return nil, "", false
		}
	}
	bound := strings.TrimPrefix(of.Bound, "FOR VALUES ")
	switch how {
	case "LIST":
		where, ok = inList(keys, bound)
	case "RANGE":
		where, ok = inRange(keys, bound)
	case "HASH":
		var m, n string
		m, rest, _ := strings.Cut(strings.TrimPrefix(bound, "WITH (modulus "), ", remainder ")
		n, ok = strings.CutSuffix(rest, ")")
		where = "satisfies_hash_partition(" + r.Literal(r.QName(r.formerTable(of.Parent))) + "::regclass, " + m + ", " + n + ", " + strings.Join(keys, ", ") + ")"
	}
	return keys, where, ok
}

// formerTable is the name of a table before the plan.
func (r *renderer) formerTable(n schema.Name) schema.Name {
	return r.origin(len(r.plan.Changes), n).table
}

// inList is the condition of FOR VALUES IN (…), where NULL may be one of them.
func inList(keys []string, bound string) (string, bool) {
	list, ok := strings.CutPrefix(bound, "IN (")
	if !ok || len(keys) != 1 {
		return "", false
	}
	var any, values []string
	for _, v := range items(strings.TrimSuffix(list, ")")) {
		if v == "NULL" {
			any = append(any, keys[0]+" IS NULL")
		} else {
			values = append(values, v)
		}
	}
	if len(values) > 0 {
		any = append([]string{keys[0] + " IN (" + strings.Join(values, ", ") + ")"}, any...)
	}
	return strings.Join(any, " OR "), true
}

// inRange is the condition of FOR VALUES FROM (…) TO (…). Rows are compared value by
// value; behind MINVALUE and MAXVALUE nothing counts.
func inRange(keys []string, bound string) (string, bool) {
	low, high, ok := strings.Cut(strings.TrimPrefix(bound, "FROM ("), ") TO (")
	if !ok {
		return "", false
	}
	var all []string
	for _, k := range keys {
		all = append(all, k+" IS NOT NULL")
	}
	for _, side := range []struct{ text, at string }{{low, ">="}, {strings.TrimSuffix(high, ")"), "<"}} {
		values := items(side.text)
		n, operator := 0, side.at
		for n < len(values) && values[n] != "MINVALUE" && values[n] != "MAXVALUE" {
			n++
		}
		if n < len(values) {
			switch {
			case side.at == ">=" && values[n] == "MAXVALUE":
				operator = ">"
			case side.at == "<" && values[n] == "MAXVALUE":
				operator = "<="
			}
		}
		if n > len(keys) {
			return "", false
		}
		switch {
		case n == 1:
			all = append(all, keys[0]+" "+operator+" "+values[0])
		case n > 1:
			all = append(all, "("+strings.Join(keys[:n], ", ")+") "+operator+" ("+strings.Join(values[:n], ", ")+")")
		case side.at == ">=" && operator == ">", side.at == "<" && len(values) > 0 && values[0] == "MINVALUE":
			all = append(all, "false")
		}
	}
	return strings.Join(all, " AND "), true
}

// items are the parts of a list with commas between them, outside of parentheses and
// quotes.
func items(list string) []string {
	var out []string
	depth, from := 0, 0
	at := 0
	for _, w := range split(list) {
		switch w.text {
		case "(":
			depth++
		case ")":
			depth--
		case ",":
			if depth == 0 {
				out, from = append(out, strings.TrimSpace(list[from:at])), at+1
			}
		}
		at += len(w.text)
	}
	return append(out, strings.TrimSpace(list[from:]))
}
