package modelscan

import (
	"context"
	"go/ast"
	"go/importer"
	"go/token"
	"go/types"
	"testing"

	"github.com/gen-migrate/gen/dialect"
)

// TestResolveAgreesWithTypes holds the resolution by syntax against go/types:
// every field of every struct in some packages of the standard library must
// come out as the same form and kind.
func TestResolveAgreesWithTypes(t *testing.T) {
	paths := []string{"go/ast", "go/types", "database/sql", "encoding/xml", "archive/tar", "text/template/parse", "image/gif", "net/netip", "math/big"}
	l, _, err := load(context.Background(), Options{Dir: t.TempDir(), withoutGo: true})
	if err != nil {
		t.Fatal(err)
	}
	imp := importer.ForCompiler(token.NewFileSet(), "source", nil)
	compared := 0
	for _, path := range paths {
		pkg, err := imp.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		p := l.imported(&pkgOfNothing, path)
		if p == nil {
			t.Fatalf("package %s was not found", path)
		}
		for _, name := range pkg.Scope().Names() {
			obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
			if !ok || obj.IsAlias() {
				continue
			}
			named, ok := obj.Type().(*types.Named)
			if !ok || named.TypeParams() != nil {
				continue
			}
			want, ok := named.Underlying().(*types.Struct)
			if !ok {
				continue
			}
			d := l.typeDecl(p, name)
			if d == nil {
				t.Errorf("%s.%s was not found", path, name)
				continue
			}
			compared += compareStruct(t, l, path+"."+name, d, want)
		}
	}
	if compared < 500 {
		t.Errorf("only %d fields were compared", compared)
	}
}

var pkgOfNothing = pkg{imports: map[string]string{}}

func compareStruct(t *testing.T, l *loader, name string, d *typeDecl, want *types.Struct) int {
	got, ok := d.spec.Type.(*ast.StructType)
	if !ok {
		return 0
	}
	i := 0
	for _, f := range got.Fields.List {
		for range max(1, len(f.Names)) {
			typ := want.Field(i).Type()
			i++
			g := l.resolve(f.Type, scope{file: d.file})
			if g.known {
				continue // its methods decide, not its structure
			}
			if form, kind := expected(typ); g.form != form || g.kind != kind {
				t.Errorf("%s.%s %s: form %s kind %d, want %s %d (%s)", name, want.Field(i-1).Name(), typ, g.form, g.kind, form, kind, g.trouble)
			}
		}
	}
	return i
}

// expected is what go/types says, in our words.
func expected(t types.Type) (form, dialect.GoKind) {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return expected(p.Elem())
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if kind, ok := universe[u.Name()]; ok {
			return basicForm, kind
		}
		return unknownForm, dialect.GoNone
	case *types.Slice:
		if b, ok := u.Elem().Underlying().(*types.Basic); ok && b.Kind() == types.Byte {
			return basicForm, dialect.GoBytes
		}
		return sliceForm, dialect.GoNone
	case *types.Array:
		return arrayForm, dialect.GoNone
	case *types.Map:
		return mapForm, dialect.GoNone
	case *types.Struct:
		return structForm, dialect.GoNone
	case *types.Interface:
		return interfaceForm, dialect.GoNone
	case *types.Signature:
		return funcForm, dialect.GoNone
	case *types.Chan:
		return chanForm, dialect.GoNone
	}
	return unknownForm, dialect.GoNone
}
