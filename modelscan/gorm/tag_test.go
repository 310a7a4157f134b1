package gorm

import (
	"maps"
	"reflect"
	"testing"
)

// TestSettings: the grammar of tags. (schema/utils.go ParseTagSetting)
func TestSettings(t *testing.T) {
	old := Version{1, 31, 0}
	for _, c := range []struct {
		name, tag string
		version   Version
		want      map[string]string
	}{
		{"nothing", "", Version{}, map[string]string{}},
		{"a key alone is its value", "unique", Version{}, map[string]string{"UNIQUE": "UNIQUE"}},
		{"keys in any case, with spaces", " size : 10 ;not Null", Version{}, map[string]string{"SIZE": " 10 ", "NOT NULL": "NOT NULL"}},
		{"the first colon cuts", "default:a:b", Version{}, map[string]string{"DEFAULT": "a:b"}},
		{"the last of two counts", "size:1;size:2", Version{}, map[string]string{"SIZE": "2"}},
		{"empty pieces", ";;unique;", Version{}, map[string]string{"UNIQUE": "UNIQUE"}},
		{"an empty value", "default:", Version{}, map[string]string{"DEFAULT": ""}},
		{"a kept separator", `default:a\;b\;c;unique`, Version{}, map[string]string{"DEFAULT": "a;b;c", "UNIQUE": "UNIQUE"}},
		{"a kept separator before 1.31.1", `default:a\;b`, old, map[string]string{"DEFAULT": "a;b"}},
		{"a backslash at the end", `default:a\`, Version{}, map[string]string{"DEFAULT": `a\`}},
		{"a quote", `comment:say \"so\"`, Version{}, map[string]string{"COMMENT": `say "so"`}},
		{"a quote before 1.31.1", `comment:say \"so\"`, old, map[string]string{"COMMENT": `say \"so\"`}},
		{"a value without a key", ":x", Version{}, map[string]string{"": "x"}},
	} {
		if got := (&Config{Version: c.version}).settings(c.tag, ";"); !maps.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestTruth: any text but false switches on. (utils.CheckTruth)
func TestTruth(t *testing.T) {
	for text, want := range map[string]bool{"": false, "false": false, "FALSE": false, "true": true, "UNIQUE": true, "abc": true, "0": true, " false": true} {
		if got := truth(text); got != want {
			t.Errorf("%q: got %t", text, got)
		}
	}
	if !truth("false", "NOTNULL") {
		t.Error("the second key does not count")
	}
}

// TestJoinTag: a column of a join table has the tag of the key without what
// belongs to the other table, found by GORM's regular expression.
// (schema/relationship.go removeSettingFromTag)
func TestJoinTag(t *testing.T) {
	for _, c := range []struct{ tag, want string }{
		{``, `gorm:"primaryKey;"`},
		{`gorm:"size:8"`, `gorm:"primaryKey;size:8"`},
		{`gorm:"primaryKey;column:key;size:8"`, `gorm:"primaryKey;size:8"`},
		{`gorm:"primaryKey;autoIncrement"`, `gorm:"primaryKey;"`},
		{`gorm:"primaryKey;autoIncrement:false;type:int"`, `gorm:"primaryKey;type:int"`},
		{`gorm:"primaryKey;index:idx,unique;size:3"`, `gorm:"primaryKey;size:3"`},
		{`gorm:"primaryKey;uniqueIndex;default:1"`, `gorm:"primaryKey;uniquedefault:1"`}, // index is cut first, with its separator
	} {
		if got := joinTag(reflect.StructTag(c.tag)); string(got) != c.want {
			t.Errorf("%s: got %s, want %s", c.tag, got, c.want)
		}
	}
}
