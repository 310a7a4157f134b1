package gorm

import (
	"reflect"
	"regexp"
	"strings"
)

// settings cuts "key:value;key" into a map with keys in upper case. A key
// without a value is its own value; a backslash before the separator keeps it;
// of keys that stand twice the last counts. (schema.ParseTagSetting)
func (c *Config) settings(tag, sep string) map[string]string {
	settings := map[string]string{}
	pieces := strings.Split(tag, sep)
	for i := 0; i < len(pieces); i++ {
		piece := pieces[i]
		for strings.HasSuffix(piece, `\`) && i+1 < len(pieces) {
			i++
			piece = strings.TrimSuffix(piece, `\`) + sep + pieces[i]
		}
		key, value, colon := strings.Cut(piece, ":")
		key = strings.TrimSpace(strings.ToUpper(key))
		switch {
		case colon:
			if c.lenientTags() {
				value = strings.ReplaceAll(value, `\"`, `"`)
			}
			settings[key] = value
		case key != "":
			settings[key] = key
		}
	}
	return settings
}

// cutShort: the last piece ends in the backslash that keeps a separator, and
// there is none.
func (c *Config) cutShort(tag string) bool { return !c.lenientTags() && strings.HasSuffix(tag, `\`) }

// truth reports whether one of the values switches something on: any text but
// "false" in any case.
func truth(values ...string) bool {
	for _, v := range values {
		if v != "" && !strings.EqualFold(v, "false") {
			return true
		}
	}
	return false
}

// nameList cuts a list of fields or columns.
func nameList(value string) []string {
	if value == "" {
		return nil
	}
	list := strings.Split(value, ",")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return list
}

// joinTag is the tag of a column of a join table: that of the key it refers
// to, as a primary key, without what belongs to the other table alone. GORM
// does it by a regular expression over the whole tag, with all that it hits.
func joinTag(tag reflect.StructTag) reflect.StructTag {
	const key = "primaryKey"
	if old := tag.Get("gorm"); !strings.Contains(old, key) {
		tag = reflect.StructTag(`gorm:"` + key + ";" + old + `"`)
	}
	for _, re := range joinTagCuts() {
		tag = reflect.StructTag(re.ReplaceAllString(string(tag), "${1}${5}"))
	}
	return tag
}

func joinTagCuts() []*regexp.Regexp {
	var list []*regexp.Regexp
	for _, name := range []string{"column", "autoincrement", "index", "unique", "uniqueindex"} {
		list = append(list, regexp.MustCompile(`(?i)(gorm:.*?)(`+name+`(:.*?)?)(;|("))`))
	}
	return list
}
