package modelscan

import (
	"go/ast"
	"reflect"

	"github.com/gen-migrate/gen/modelscan/bun"
	"github.com/gen-migrate/gen/modelscan/gorm"
)

// bunTypes shows Go types to package bun as reflect would show them to bun.
// What gormTypes finds out is the same for both.
type bunTypes struct {
	g    *gormTypes
	seen map[*gorm.Type]*bun.Type
}

func newBunTypes(s *scanner) *bunTypes {
	return &bunTypes{g: newGormTypes(s), seen: map[*gorm.Type]*bun.Type{}}
}

func (b *bunTypes) decl(d *typeDecl) *bun.Type { return b.of(b.g.decl(d, nil, scope{file: d.file})) }

// bunStructKinds are structs of bun's own, which need not be at hand.
var bunStructKinds = map[string]bool{
	"github.com/uptrace/bun.BaseModel": true, "github.com/uptrace/bun/schema.BaseModel": true,
	"github.com/uptrace/bun.NullTime": true, "github.com/uptrace/bun/schema.NullTime": true,
}

func (b *bunTypes) of(t *gorm.Type) *bun.Type {
	if have := b.seen[t]; have != nil {
		return have
	}
	out := &bun.Type{Kind: t.Kind, Name: t.Name, Package: t.Package, Trouble: t.Trouble, Origin: t.Origin}
	b.seen[t] = out
	if t.Elem != nil {
		out.Elem = b.of(t.Elem)
	}
	if t.Kind == reflect.Invalid && bunStructKinds[t.Package+"."+t.Name] {
		out.Kind, out.Trouble = reflect.Struct, ""
	}
	f, ok := t.Facts.(*gormFacts)
	if !ok {
		return out
	}
	out.SQL = f.sql
	if out.SQL != "" {
		out.Trouble = ""
	}
	out.Own = f.decl != nil && f.decl.file.pkg.model
	var fields []*bun.StructField
	out.Fields = func() []*bun.StructField {
		if fields == nil {
			for _, src := range f.Fields() {
				fields = append(fields, &bun.StructField{Name: src.Name, Type: b.of(src.Type), Tag: src.Tag,
					Anonymous: src.Anonymous, Exported: src.Exported, Origin: src.Origin})
			}
		}
		return fields
	}
	return out
}

// structTag is the tag of a field as reflect shows it.
func structTag(f *ast.Field) reflect.StructTag { return reflect.StructTag(litText(f.Tag).s) }
