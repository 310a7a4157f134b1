package modelscan

import (
	"errors"
	"go/ast"
	"maps"
	"slices"

	"github.com/gen-migrate/gen/modelscan/gorm"
	"github.com/gen-migrate/gen/modelscan/xorm"
)

// xormTypes shows Go types to package xorm as reflect would show them to
// xorm. How types are found and methods are followed is the GORM reader's.
type xormTypes struct {
	g    *gormTypes
	seen map[*gorm.Type]*xorm.Type
}

func newXormTypes(s *scanner) *xormTypes {
	return &xormTypes{g: newGormTypes(s), seen: map[*gorm.Type]*xorm.Type{}}
}

func (x *xormTypes) decl(d *typeDecl) *xorm.Type {
	return x.of(x.g.decl(d, nil, scope{file: d.file}))
}

// of is the same type in the other package's words.
func (x *xormTypes) of(t *gorm.Type) *xorm.Type {
	if t == nil {
		return nil
	}
	if have := x.seen[t]; have != nil {
		return have
	}
	out := &xorm.Type{Kind: t.Kind, Name: t.Name, Package: t.Package, Trouble: t.Trouble, Origin: t.Origin}
	x.seen[t] = out
	if f, ok := t.Facts.(*gormFacts); ok {
		out.Facts = &xormFacts{x: x, f: f}
	}
	out.Elem = x.of(t.Elem)
	return out
}

// xormFacts answer what xorm asks a type's methods for.
type xormFacts struct {
	x      *xormTypes
	f      *gormFacts
	fields []*xorm.Field
	read   bool
}

// Fields are those of the struct.
func (x *xormFacts) Fields() []*xorm.Field {
	if x.read {
		return x.fields
	}
	x.read = true
	for _, f := range x.f.Fields() {
		x.fields = append(x.fields, &xorm.Field{Name: f.Name, Type: x.x.of(f.Type), Tag: f.Tag, Exported: f.Exported, Origin: f.Origin})
	}
	return x.fields
}

func (x *xormFacts) Time() bool { return x.f.Time() }

// SQLType is that of [types] or //gen:type.
func (x *xormFacts) SQLType() string { return x.f.sql }

// Conversion looks for xorm's own pair of methods; Value and Scan of
// database/sql decide nothing.
func (x *xormFacts) Conversion() (has, byValue bool) {
	from, to := x.f.method("FromDB"), x.f.method("ToDB")
	if from == nil || to == nil || !signature(from.decl, 1, 1) || !signature(to.decl, 0, 2) {
		return false, false
	}
	return true, !pointerReceiver(from.decl) && !pointerReceiver(to.decl)
}

func signature(d *ast.FuncDecl, params, results int) bool {
	return d.Type.Params.NumFields() == params && d.Type.Results.NumFields() == results
}

func pointerReceiver(d *ast.FuncDecl) bool {
	_, pointer := stripParens(d.Recv.List[0].Type).(*ast.StarExpr)
	return pointer
}

// TableName evaluates the method. One that takes arguments is not xorm's.
func (x *xormFacts) TableName() (string, bool, error) {
	if m := x.f.method("TableName"); m == nil || !signature(m.decl, 0, 1) {
		return "", false, nil
	}
	name, ok, err := x.f.TableName(gorm.Naming{})
	if ok && err == nil && name == "" {
		return "", true, errors.New("method TableName returns nothing")
	}
	return name, ok, err
}

// TableComment evaluates the method.
func (x *xormFacts) TableComment() (string, bool, error) {
	m := x.f.method("TableComment")
	if m == nil || !signature(m.decl, 0, 1) {
		return "", false, nil
	}
	text, err := x.x.g.evalString(m, nil)
	return text, true, err
}

// TableIndices are what the configuration says, else what the method returns.
func (x *xormFacts) TableIndices() ([]xorm.Index, bool, error) {
	said := x.x.g.s.o.Xorm.TableIndices
	for _, pattern := range slices.Sorted(maps.Keys(said)) {
		if x.f.decl != nil && matchType([]string{pattern}, x.f.decl, map[string]bool{}) {
			list, err := indexLines(said[pattern])
			return list, true, err
		}
	}
	m := x.f.method("TableIndices")
	if m == nil || !signature(m.decl, 0, 1) {
		return nil, false, nil
	}
	list, err := x.x.g.s.tableIndices(m.method)
	return list, true, err
}
