package xorm

import (
	"reflect"
	"slices"
	"strings"
)

// A tagReader goes through the words of one tag.
type tagReader struct {
	p     *parser
	c     *column
	words []word
	model *Type
	out   *table // the table that extends adds to

	unsigned      bool
	unique, plain bool // index without a name
}

// read applies the words in order; it is false where the field makes no column
// of its own.
func (r *tagReader) read() bool {
	for i := 0; i < len(r.words); i++ {
		w := r.words[i]
		before, next := "", word{}
		if i > 0 {
			before = r.words[i-1].name
		}
		if i+1 < len(r.words) {
			next = r.words[i+1]
		}
		switch r.word(w, before, next) {
		case ignored:
			return false
		case tookNext:
			i++
		}
	}
	return true
}

type outcome int

const (
	done     outcome = iota
	ignored          // the field makes no column
	tookNext         // the word behind belongs to this one
)

// word is the handler of one word (tags.defaultTagHandlers); a word that has
// none is the name of the column.
func (r *tagReader) word(w word, before string, next word) outcome {
	c := r.c
	switch name := strings.ToUpper(w.name); name {
	case "-":
		return ignored
	case "<-":
		c.onlyRead = true
	case "->":
		c.onlyRead = false
	case "PK":
		c.primary, c.nullable = true, false
	case "NULL":
		c.nullable = !strings.EqualFold(before, "NOT")
	case "NOTNULL":
		c.nullable = false
	case "NOT", "CREATED", "UPDATED", "UTC", "LOCAL", "CACHE", "NOCACHE":
	case "AUTOINCR":
		c.autoIncr, c.nullable = true, false
	case "DELETED":
		c.nullable = true
	case "VERSION":
		c.def = "1" // in the column only before 1.3
	case "DEFAULT":
		c.hasDef = true
		if len(w.params) == 0 {
			c.def = next.name
			r.lost(next)
			return tookNext
		}
		c.def = w.params[0]
	case "INDEX", "UNIQUE":
		switch unique := name == "UNIQUE"; {
		case len(w.params) > 0:
			r.index(w.params[0], unique)
		case unique:
			r.unique = true
		default:
			r.plain = true
		}
	case "COMMENT":
		if len(w.params) > 0 {
			c.comment = strings.Trim(w.params[0], "' ")
		}
	case "UNSIGNED":
		if r.p.c.Version.before(1, 2, 0) {
			r.other(name, w)
			break
		}
		r.unsigned = true
	case "EXTENDS":
		r.extends(w.params)
		return ignored
	case "COLLATE":
		return r.collate(w, next.name)
	case "JSON", "JSONB":
		r.json(name, w.params)
	default:
		r.other(name, w)
	}
	return done
}

// lost refuses a default like now(): of the word behind default only the name
// is taken. A few that mean the same without parentheses may have them, and
// SQLite takes any name for a text.
func (r *tagReader) lost(next word) {
	name := strings.ToUpper(next.name)
	if len(next.params) > 0 && r.p.c.Dialect != "sqlite" && !strings.HasPrefix(name, "CURRENT_") && !strings.HasPrefix(name, "LOCALTIME") && !strings.HasPrefix(name, "(") {
		r.p.fail(r.model, r.c.field, "write a value without them: default CURRENT_TIMESTAMP", "the default %s loses its parentheses: Sync fails", next.name)
	}
}

// other is a type, or the column's name.
func (r *tagReader) other(upper string, w word) {
	if isTypeWord(upper, r.p.c.Version) {
		r.sqlType(upper, w.params)
		return
	}
	r.c.name = w.name
	if strings.HasPrefix(w.name, "'") && strings.HasSuffix(w.name, "'") && len(w.name) > 1 {
		r.c.name = w.name[1 : len(w.name)-1]
	}
}

// collate: versions before 1.3.3 had no such word.
func (r *tagReader) collate(w word, next string) outcome {
	if r.p.c.Version.before(1, 3, 3) {
		r.other("COLLATE", w)
		return done
	}
	if len(w.params) > 0 {
		r.c.collation = w.params[0]
		return done
	}
	r.c.collation = next
	return tookNext
}

// json: before 1.3.10 the words were types like any other, now another type in
// the tag wins over them.
func (r *tagReader) json(name string, params []string) {
	r.c.json = true
	r.c.jsonb = r.c.jsonb || name == "JSONB"
	if r.p.c.Version.before(1, 3, 10) {
		r.sqlType(name, params)
	}
}

func (r *tagReader) sqlType(name string, params []string) {
	r.c.typ = sqlType{name: name}
	if name == "ENUM" || name == "SET" {
		r.c.options = nil
		for _, o := range params {
			r.c.options = append(r.c.options, strings.Trim(strings.TrimSpace(o), "'"))
		}
		return
	}
	if len(params) != 1 && len(params) != 2 {
		return
	}
	for i, n := range params {
		v, ok := atoi(n)
		if !ok {
			r.p.fail(r.model, r.c.field, "", "%s(%s): %q is no number: Sync fails", strings.ToLower(name), strings.Join(params, ","), n)
			return
		}
		if i == 0 {
			r.c.length = v
		} else {
			r.c.length2 = v
		}
	}
}

// index notes the column's part in an index; what the tag says last of a name
// counts.
func (r *tagReader) index(name string, unique bool) {
	for i := range r.c.indexes {
		if r.c.indexes[i].Name == name {
			r.c.indexes[i].Unique = unique
			return
		}
	}
	r.c.indexes = append(r.c.indexes, Index{Name: name, Unique: unique})
}

// extends puts the columns of a struct in place of the field. With a prefix
// the columns are NOT NULL, or nullable behind a pointer, whatever their tags
// say, and a key is named like the field.
func (r *tagReader) extends(params []string) {
	f := r.c.field
	t, pointer := f.Type, false
	if t.Kind == reflect.Pointer {
		t, pointer = t.Elem, true
	}
	switch {
	case t.Kind == reflect.Invalid:
		r.p.problems = append(r.p.problems, Problem{Model: r.model, Field: f, Text: "what it extends cannot be read: " + t.Trouble})
		return
	case t.Kind != reflect.Struct && pointer:
		r.p.fail(r.model, f, `leave it out: xorm:"-"`, "extends needs a struct: Sync fails")
		return
	case t.Kind != reflect.Struct:
		return // xorm passes over it
	}
	for _, c := range r.p.parse(t, r.model).columns {
		part := *c
		part.indexes = slices.Clone(c.indexes)
		if len(params) > 0 {
			part.nullable = pointer
			if part.primary {
				part.name, part.primary = f.Name, false
			} else {
				part.name = strings.Trim(params[0], "'") + part.name
			}
		}
		if part.nullable {
			part.autoIncr, part.primary = false, false
		}
		r.out.add(&part)
	}
}
