package modelscan

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"
)

// A fieldTag is what a struct tag says to us.
type fieldTag struct {
	db    string // name before the first comma
	hasDB bool
	dbPos token.Pos
	gen   text
	has   bool // there is a gen key
	orms  []string
}

// An item is one part of a gen tag: key[@product][:value].
type item struct {
	key     string
	product string
	value   text // trimmed; what follows the first ":"
	colon   bool
	opts    []text // what follows the value after commas, for keys that take options
	pos     token.Pos
	end     token.Pos // after the key
}

// parseTag reads the key:"value" pairs of a tag by the rules of
// reflect.StructTag. bad is set when the tag breaks them in a way that hides
// a gen or db key from the program that uses it.
func parseTag(lit *ast.BasicLit) (tag fieldTag, bad *lexError) {
	if lit == nil {
		return tag, nil
	}
	t := litText(lit)
	for {
		i := 0
		for i < len(t.s) && t.s[i] == ' ' {
			i++
		}
		t = t.sub(i, len(t.s))
		if t.s == "" {
			return tag, nil
		}
		i = 0
		for i < len(t.s) && t.s[i] > ' ' && t.s[i] != ':' && t.s[i] != '"' && t.s[i] != 0x7f {
			i++
		}
		if i == 0 || i+1 >= len(t.s) || t.s[i] != ':' || t.s[i+1] != '"' {
			if mentionsUs(t.s) {
				return tag, &lexError{t.pos(), `the tag is not of the form key:"value"`}
			}
			return tag, nil
		}
		key := t.s[:i]
		value, rest, ok := tagValue(t.sub(i+1, len(t.s)))
		if ok && (key == "gen" || key == "db") {
			quoted := t.s[i+1 : len(t.s)-len(rest.s)]
			if plain, err := strconv.Unquote(quoted); err != nil || plain != value.s {
				return tag, &lexError{t.at(i + 1), "the value of " + key + " is no Go string, so programs do not see it"}
			}
		}
		if !ok {
			if mentionsUs(t.s) {
				return tag, &lexError{t.at(i + 1), "the value of " + key + " is missing its closing quote"}
			}
			return tag, nil
		}
		tag.put(key, value)
		if rest.s != "" && rest.s[0] != ' ' && mentionsUs(rest.s) {
			return tag, &lexError{rest.pos(), "a space is missing between the parts of the tag"}
		}
		t = rest
	}
}

func mentionsUs(s string) bool { return strings.Contains(s, "gen:") || strings.Contains(s, "db:") }

// tagValue reads the quoted string that t begins with.
func tagValue(t text) (value, rest text, ok bool) {
	for i := 1; i < len(t.s); i++ {
		switch t.s[i] {
		case '\\':
			i++
		case '"':
			return t.sub(1, i).unescape(), t.sub(i+1, len(t.s)), true
		}
	}
	return text{}, text{}, false
}

func (tag *fieldTag) put(key string, value text) {
	switch key {
	case "gen":
		if !tag.has {
			tag.gen, tag.has = value, true
		}
	case "db":
		if !tag.hasDB {
			tag.db, _, _ = strings.Cut(value.s, ",")
			tag.db, tag.hasDB, tag.dbPos = strings.TrimSpace(tag.db), true, value.pos()
		}
	case "gorm", "bun", "xorm", "pg":
		tag.orms = append(tag.orms, key)
	}
}

// optionKeys take options after commas.
var optionKeys = map[string]bool{"identity": true, "index": true, "unique": true, "ref": true}

// tagItems cuts the value of a gen tag into items, at every ; outside of (),
// '…' and "…". The text of a comment is no SQL: it goes to the next ; whatever
// stands in it, so that an apostrophe is one.
func tagItems(t text) ([]item, *lexError) {
	var items []item
	for t.s != "" {
		end := len(t.s)
		at := func(i int) bool {
			if t.s[i] == ';' {
				end = i
			}
			return t.s[i] != ';'
		}
		if isComment(t.s) {
			for i := 0; i < len(t.s) && at(i); i++ {
			}
		} else if bad := t.scanTop(at); bad != nil {
			return nil, bad
		}
		if part := t.sub(0, end).trim(); part.s != "" {
			items = append(items, tagItem(part))
		}
		t = t.sub(min(end+1, len(t.s)), len(t.s))
	}
	return items, nil
}

// isComment reports whether the first item of s is comment:… or
// comment@product:…
func isComment(s string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(s, " \t"), "comment")
	key, _, value := strings.Cut(rest, ":")
	return ok && value && (strings.TrimSpace(key) == "" || key[0] == '@' && !strings.ContainsAny(key, ";("))
}

func tagItem(t text) item {
	i := 0
	for i < len(t.s) && strings.IndexByte(":,@ \t", t.s[i]) < 0 {
		i++
	}
	it := item{key: t.s[:i], pos: t.pos(), end: t.at(i)}
	rest := t.sub(i, len(t.s))
	if rest.s != "" && rest.s[0] == '@' {
		k := 1
		for k < len(rest.s) && strings.IndexByte(":, \t", rest.s[k]) < 0 {
			k++
		}
		it.product = rest.s[1:k]
		rest = rest.sub(k, len(rest.s))
	}
	rest = rest.trim()
	if rest.s != "" && rest.s[0] == ':' {
		it.colon = true
		rest = rest.sub(1, len(rest.s)).trim()
	}
	it.value = rest
	if optionKeys[it.key] {
		it.value, it.opts = options(rest)
	}
	return it
}

// options cuts "value,opt,opt=x,where=REST". Where the first part is an
// option itself there is no value.
func options(t text) (value text, opts []text) {
	start := 0
	parts := []text{}
	if strings.HasPrefix(t.s, "where=") {
		return t.sub(0, 0), []text{t}
	}
	if bad := t.scanTop(func(i int) bool {
		if t.s[i] != ',' {
			return true
		}
		parts = append(parts, t.sub(start, i).trim())
		start = i + 1
		return !strings.HasPrefix(strings.TrimSpace(t.s[start:]), "where=")
	}); bad != nil {
		return t, nil // cannot be: the whole tag was checked
	}
	parts = append(parts, t.sub(start, len(t.s)).trim())
	if first := parts[0]; strings.ContainsRune(first.s, '=') || first.s == "desc" || first.s == "asc" || first.s == "cycle" {
		return t.sub(0, 0), parts
	}
	return parts[0], parts[1:]
}
