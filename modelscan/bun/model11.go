package bun

import (
	"reflect"
	"slices"
)

// readFields11 is Table.addFields of bun 1.1: embedded structs are read in
// place, and a field takes the place of an earlier one of the same column.
func (m *model) readFields11(t *Type, prefix string, index []int, stack []*Type) {
	if slices.Contains(stack, t) {
		m.fail(nil, "", "%s embeds itself: bun does not come to an end", t)
		return
	}
	stack = append(stack, t)
	for i, src := range t.fields() {
		text := src.Tag.Get("bun")
		if !src.Exported && !src.Anonymous || text == "-" {
			continue
		}
		at := append(slices.Clone(index), i)
		tag := ParseTag(text)
		if src.Anonymous {
			if isBaseModel(src) {
				if len(index) == 0 {
					m.baseModel(src)
				}
				continue
			}
			in := src.Type.indirect()
			if m.unreadable(src, in) {
				continue
			}
			if in.Kind == reflect.Struct {
				m.readFields11(in, "", at, stack)
				if tag.Has("inherit") || tag.Has("extend") {
					part := m.p.model(in)
					m.TypeName, m.Stem, m.Table = part.TypeName, part.Stem, part.Table
				}
				continue
			}
		}
		if next, ok := tag.Option("embed"); ok {
			m.embed11(src, prefix, next, at, stack)
			continue
		}
		m.addField11(m.newField(src, tag, prefix), at)
	}
}

// embed11: up to 1.1.7 only the innermost prefix counted.
func (m *model) embed11(src *StructField, prefix, next string, index []int, stack []*Type) {
	in := src.Type.indirect()
	if m.unreadable(src, in) {
		return
	}
	if in.Kind != reflect.Struct {
		m.fail(&Field{Source: src}, "", "embed: %s is no struct: bun panics", in)
		return
	}
	if !m.p.c.Version.Before(1, 1, 8) {
		next = prefix + next
	}
	m.readFields11(in, next, index, stack)
}

// addField11 adds a field; constraints that the field whose place it takes
// stands in keep that one.
func (m *model) addField11(f *Field, index []int) {
	f.index = index
	if old := m.byName[f.Name]; old != nil {
		m.fields = slices.DeleteFunc(m.fields, func(o *Field) bool { return o == old })
		m.primary = slices.DeleteFunc(m.primary, func(o *Field) bool { return o == old })
		m.relations = slices.DeleteFunc(m.relations, func(o *Field) bool { return o == old })
		delete(m.byName, f.Name)
	}
	if groups, ok := f.Tag.uniqueGroups(); ok {
		m.addUnique(f, "", groups)
	}
	if alt, ok := f.Tag.Option("alt"); ok {
		m.byName[alt] = f
	}
	m.all = append(m.all, f)
	m.byName[f.Name] = f
	switch {
	case f.Tag.Has("scanonly"):
	case f.Tag.Has("rel") || f.Tag.Has("m2m"):
		m.relations = append(m.relations, f)
	default:
		m.fields = append(m.fields, f)
		if f.pk {
			m.primary = append(m.primary, f)
		}
	}
}
