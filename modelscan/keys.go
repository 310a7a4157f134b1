package modelscan

import (
	"maps"
	"slices"
	"strings"
)

// A keyRule is a row of the table of keys of a gen tag.
type keyRule struct {
	value   need
	repeat  bool
	group   string // keys of one group exclude each other; empty: the key itself
	product string // the only product that has it; empty: all
}

type need int

const (
	never need = iota
	always
	maybe
)

var keyRules = map[string]keyRule{
	"-":                {},
	"column":           {value: always},
	"type":             {value: always},
	"size":             {value: always},
	"precision":        {value: always},
	"array":            {},
	"unsigned":         {product: "mysql"},
	"null":             {group: "null"},
	"notnull":          {group: "null"},
	"default":          {value: always},
	"pk":               {value: maybe},
	"identity":         {value: maybe, group: "identity"},
	"serial":           {group: "identity"},
	"autoincrement":    {group: "identity"},
	"generated":        {value: always},
	"virtual":          {},
	"unique":           {value: maybe, repeat: true},
	"nullsnotdistinct": {repeat: true},
	"deferrable":       {repeat: true},
	"deferred":         {repeat: true},
	"index":            {value: maybe, repeat: true},
	"check":            {value: always},
	"ref":              {value: always},
	"ondelete":         {value: always},
	"onupdate":         {value: always},
	"match":            {value: always},
	"notvalid":         {},
	"fkname":           {value: always},
	"autoupdate":       {value: always, product: "mysql"},
	"comment":          {value: maybe},
	"collate":          {value: always},
	"charset":          {value: always, product: "mysql"},
	"storage":          {value: always, product: "postgres"},
	"compression":      {value: always, product: "postgres"},
	"srid":             {value: always, product: "mysql"},
	"invisible":        {product: "mysql"},
	"statistics":       {value: always, product: "postgres"},
	"enum":             {value: always},
	"embed":            {value: maybe},
	"was":              {value: always},
	"backfill":         {value: always, product: "postgres"},
}

func keyNames() []string { return slices.Sorted(maps.Keys(keyRules)) }

// foreignKeys are words of other tag languages, and what to write instead.
var foreignKeys = map[string]string{
	"primarykey": "pk", "primary_key": "pk", "primary": "pk", "pkey": "pk",
	"not": "notnull", "notnil": "notnull", "not_null": "notnull", "required": "notnull", "nullable": "null",
	"uniqueindex": "//gen:unique index (…) above the struct", "fk": "ref:table.column", "foreignkey": "ref:table.column", "references": "ref:table.column",
	"name": "column:name", "length": "size:n", "scale": "precision:p,s", "embedded": "embed", "embeddedprefix": "embed:prefix", "prefix": "embed:prefix",
	"on_delete": "ondelete:action", "on_update": "onupdate:action", "auto_increment": "autoincrement", "autoincr": "autoincrement", "stored": "generated:expression alone, which is stored",
	"renamed": "was:old", "rename": "was:old", "collation": "collate:name",
}

// keyHint says what was meant by a key that is none.
func keyHint(key string) string {
	if s := suggest(key, keyNames()); s != "" {
		return "did you mean " + s + "?"
	}
	if s := foreignKeys[strings.ToLower(key)]; s != "" {
		return "write " + s
	}
	return "one key per part, parts separated by ;"
}

func group(key string) string {
	if g := keyRules[key].group; g != "" {
		return g
	}
	return key
}

// productNames are the spellings of products for messages.
var productNames = map[string]string{"postgres": "PostgreSQL", "sqlite": "SQLite", "mysql": "MySQL"}

func (s *scanner) productName() string { return productNames[s.o.Dialect.Name] }

// shortProduct is the product as one writes it after @.
func shortProduct(name string) string {
	if name == "postgres" {
		return "pg"
	}
	return name
}

// ourItems checks the items of a tag and keeps those that speak to the
// dialect at hand. An item for our product replaces those without a product
// of the same group; one about the type replaces what would derive it.
func (s *scanner) ourItems(items []item, sym string) []item {
	list := make([]item, 0, len(items))
	for _, it := range items {
		if s.checkItem(it, sym) {
			list = append(list, it)
		}
	}
	out := list[:0:0]
	for _, it := range list {
		if it.product == "" && slices.ContainsFunc(list, func(o item) bool { return o.product != "" && replaces(o.key, it.key) }) {
			continue
		}
		if !keyRules[it.key].repeat {
			first := slices.IndexFunc(out, func(o item) bool { return group(o.key) == group(it.key) })
			switch {
			case first < 0:
			case out[first].key == it.key:
				s.fail(it.pos, sym, "", "field %s: key %s stands twice", sym, it.key)
				continue
			default:
				s.fail(it.pos, sym, "keep one of them", "field %s: %s and %s exclude each other", sym, out[first].key, it.key)
				continue
			}
		}
		out = append(out, it)
	}
	return out
}

// replaces reports whether special, said to one product, takes the place of
// plain, said to all.
func replaces(special, plain string) bool {
	return group(special) == group(plain) ||
		special == "type" && (plain == "size" || plain == "precision" || plain == "array" || plain == "enum")
}

// checkItem reports mistakes in one item; it is false for an item to pass
// over.
func (s *scanner) checkItem(it item, sym string) bool {
	rule, ok := keyRules[it.key]
	mine, known := s.speaksToUs(it.product)
	hasValue := it.value.s != "" || len(it.opts) > 0
	switch {
	case !ok && it.key == "table":
		s.fail(it.pos, sym, "write //gen:table above the struct, or a field _ struct{} `gen:\"table:…\"`", "field %s: key table belongs on a marker field", sym)
	case !ok:
		s.fail(it.pos, sym, keyHint(it.key), "field %s: unknown key %q", sym, it.key)
	case !known:
		s.fail(it.pos, sym, "products are pg, mysql and sqlite", "field %s: %s@%s: unknown product %s", sym, it.key, it.product, it.product)
	case !mine:
		// for another product
	case rule.product != "" && rule.product != s.o.Dialect.Name:
		s.fail(it.pos, sym, "write "+it.key+"@"+shortProduct(rule.product)+" to say it to "+productNames[rule.product]+" alone",
			"field %s: %s is a matter of %s; %s has nothing of the kind", sym, it.key, productNames[rule.product], s.productName())
	case hasValue && !it.colon && !optionKeys[it.key]:
		s.fail(it.end, sym, "write "+it.key+":value", "field %s: a colon is missing after %s", sym, it.key)
	case rule.value == never && hasValue:
		s.fail(it.value.pos(), sym, "", "field %s: key %s takes no value", sym, it.key)
	case rule.value == always && it.value.s == "":
		s.fail(it.end, sym, "", "field %s: key %s needs a value", sym, it.key)
	default:
		return true
	}
	return false
}
