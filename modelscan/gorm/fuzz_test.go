package gorm

import (
	"reflect"
	"testing"
)

// FuzzTags: no tags make the package panic, whatever stands beside whatever,
// in any dialect and release.
func FuzzTags(f *testing.F) {
	for _, tag := range []string{
		"primaryKey;autoIncrement", "index:,composite:x,where:a > 0", "many2many:a_b;joinForeignKey:X;joinReferences:Y", "embedded;embeddedPrefix:p_",
		"default:'it''s';size:-1;precision:9;scale:9", "constraint:x,OnDelete:CASCADE", "polymorphic:O;polymorphicValue:v", "foreignKey:A,B;references:C",
		"type:;check:,;serializer:json;generated:identity always", `a\;b:c\`, "-:migration;unique;comment:'", "belongsTo:x;index:a,b,c;uniqueIndex:,expression:x\\,",
		"column:id;type:serial", "column:;autoIncrement:false;default:auto_random()",
	} {
		f.Add(tag, tag, uint8(0), uint8(0))
	}
	kinds := []reflect.Type{
		reflect.TypeFor[string](), reflect.TypeFor[int](), reflect.TypeFor[**uint8](), reflect.TypeFor[fuzzed](), reflect.TypeFor[*fuzzed](), reflect.TypeFor[[]fuzzed](),
		reflect.TypeFor[[]*fuzzedSelf](), reflect.TypeFor[map[string]int](), reflect.TypeFor[[]byte](), reflect.TypeFor[leaky](), reflect.TypeFor[kinds](), reflect.TypeFor[[3]int](), reflect.TypeFor[func()](),
	}
	releases := []Version{{}, {1, 24, 0}, {1, 25, 0}, {1, 25, 5}, {1, 25, 12}}
	drivers := []Version{{}, {1, 4, 0}, {1, 5, 3}, {1, 5, 11}, {1, 6, 1}}
	f.Fuzz(func(t *testing.T, first, second string, kind, release uint8) {
		r := reflected{}
		fields := []*StructField{
			{Name: "ID", Type: r.of(reflect.TypeFor[int]()), Exported: true, Origin: "ID"},
			{Name: "First", Type: r.of(kinds[int(kind)%len(kinds)]), Tag: tagOf(first), Exported: true, Anonymous: kind > 200, Origin: "First"},
			{Name: "Second", Type: r.of(kinds[int(kind/13)%len(kinds)]), Tag: tagOf(second), Exported: true, Origin: "Second"},
		}
		for _, dialect := range []string{"postgres", "sqlite", "mysql"} {
			m := &Type{Kind: reflect.Struct, Name: "Model", Facts: joinFacts{fields: fields}}
			c := Config{Dialect: dialect, Version: releases[int(release)%len(releases)], Driver: drivers[int(release/5)%len(drivers)]}
			MigrateCalls([][]*Type{{m}, {r.of(reflect.TypeFor[fuzzed]()), m}}, c)
		}
	})
}

func tagOf(text string) reflect.StructTag {
	return reflect.StructTag(`gorm:` + quoteGo(text))
}

// quoteGo writes a text as struct tags have it.
func quoteGo(text string) string {
	b := []byte{'"'}
	for i := range len(text) {
		if text[i] == '"' || text[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, text[i])
	}
	return string(append(b, '"'))
}

type fuzzed struct {
	ID      uint
	ModelID int
	FirstID int
	OID     int
	OType   string
	A, B, C int
}

type fuzzedSelf struct {
	ID    string
	Other []*fuzzedSelf `gorm:"many2many:selves"`
}
