package postgres

import (
	"bytes"
	"strconv"
)

// texts are the expressions that the server has to print. Most of a large
// schema's expressions are the same few: two parse trees that are equal but for
// the positions in the original statement, over columns of the same names, are
// printed alike, so only one of each is asked for.
type texts struct {
	defaults   group
	checks     group
	predicates group
	indexes    group
	relations  map[oid]bool // whose expressions are printed
	key        []byte       // scratch
}

// A group shares the answers to one kind of question.
type group struct {
	asked map[string]oid // key → the object that stands for all with this key
	of    map[oid]oid    // object → the one that stands for it
	order []oid          // what to ask, in the order met
	rel   []oid          // beside order, for defaults: the relation or 0
	text  map[oid]string
	keys  map[oid]printedKeys // for indexes, in place of text
}

func newGroup() group {
	return group{asked: map[string]oid{}, of: map[oid]oid{}, text: map[oid]string{}, keys: map[oid]printedKeys{}}
}

func newTexts() texts {
	return texts{defaults: newGroup(), checks: newGroup(), predicates: newGroup(), indexes: newGroup(), relations: map[oid]bool{}}
}

// add asks for the text of the object id. Objects with equal keys share it.
func (g *group) add(id oid, key []byte, rel oid) {
	rep, ok := g.asked[string(key)]
	if !ok {
		rep = id
		g.asked[string(key)] = id
		g.order = append(g.order, id)
		g.rel = append(g.rel, rel)
	}
	g.of[id] = rep
}

// get is the answer for the object id.
func (g *group) get(id oid) string { return g.text[g.of[id]] }

// treeKey writes to dst what tells the parse tree apart: the tree without
// positions, then the names of the columns it mentions. A whole-row variable is
// printed with the relation's name and makes the key unique to rel.
func (k *catalog) treeKey(dst, tree []byte, rel *relation) []byte {
	start := 0
	var columns []int16
	for i := 0; ; i++ {
		next := bytes.IndexByte(tree[i:], ':')
		if next < 0 {
			break
		}
		i += next
		rest := tree[i:]
		var skip int
		switch {
		case bytes.HasPrefix(rest, []byte(":location ")):
			skip = len(":location ")
		case bytes.HasPrefix(rest, []byte(":list_start ")):
			skip = len(":list_start ")
		case bytes.HasPrefix(rest, []byte(":list_end ")):
			skip = len(":list_end ")
		case bytes.HasPrefix(rest, []byte(":varattno ")):
			n, _ := number(digits(rest[len(":varattno "):]))
			columns = append(columns, int16(n))
			continue
		default:
			continue
		}
		dst = append(dst, tree[start:i+skip]...)
		i += skip + len(digits(rest[skip:])) - 1
		start = i + 1
	}
	dst = append(dst, tree[start:]...)
	for _, n := range columns {
		dst = append(dst, 0)
		if n == 0 {
			dst = strconv.AppendUint(append(dst, "row of "...), uint64(rel.oid), 10)
		} else if c := rel.column(n); c != nil {
			dst = append(dst, c.name...)
		}
	}
	return dst
}

// digits is the number at the head of b.
func digits(b []byte) []byte {
	n := 0
	for n < len(b) && (b[n] >= '0' && b[n] <= '9' || n == 0 && b[n] == '-') {
		n++
	}
	return b[:n]
}

func (k *catalog) readText(g *group, r *row, spell func(string) string) {
	id := r.oid()
	if r.values[r.at] == nil {
		k.moved = true // its relation is gone
		return
	}
	g.text[id] = spell(r.text())
}

func (k *catalog) readDefaultText(r *row)   { k.readText(&k.texts.defaults, r, asPrinted) }
func (k *catalog) readCheckText(r *row)     { k.readText(&k.texts.checks, r, stripParens) }
func (k *catalog) readPredicateText(r *row) { k.readText(&k.texts.predicates, r, stripParens) }

func asPrinted(text string) string { return text }

func (k *catalog) readIndexText(r *row) {
	id := r.oid()
	if r.values[1] == nil {
		k.moved = true
		return
	}
	keys, err := splitIndexDef(r.text(), r.texts())
	k.texts.indexes.keys[id] = printedKeys{keys, err}
}

// secondPipeline asks for what the first one came across.
func (k *catalog) secondPipeline() []query {
	k.settleSerials()
	types, mods := k.typeKeys()
	d, c, p, x := &k.texts.defaults, &k.texts.checks, &k.texts.predicates, &k.texts.indexes
	rels := make([]oid, 0, len(k.texts.relations))
	for id := range k.texts.relations {
		rels = append(rels, id)
	}
	return []query{
		{"column types", typesQuery, []string{numberArray(types), numberArray(mods)}, (*catalog).readColumnType},
		{"collations", collationsQuery, []string{numberArray(k.collationOIDs())}, (*catalog).readCollation},
		{"operators", operatorsQuery, []string{numberArray(k.operatorOIDs())}, (*catalog).readOperator},
		{"referenced tables", strangersQuery, []string{numberArray(k.strangers())}, (*catalog).readStranger},
		{"default texts", defaultTexts, []string{numberArray(d.order), numberArray(d.rel)}, (*catalog).readDefaultText},
		{"check texts", checkTexts, []string{numberArray(c.order)}, (*catalog).readCheckText},
		{"predicate texts", predicateTexts, []string{numberArray(p.order)}, (*catalog).readPredicateText},
		{"index texts", indexTexts, []string{numberArray(x.order)}, (*catalog).readIndexText},
		{"likeness", likenessQuery, []string{numberArray(k.strangeRelations())}, (*catalog).readLikeness},
		{"commit", "COMMIT", nil, nil},
		{"changes meanwhile", movedQuery, []string{textArray(k.options.Schemas), k.snapshot, numberArray(rels)}, (*catalog).readMoved},
	}
}
