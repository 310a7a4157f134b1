package modelscan

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
)

// body is the body of a function. Files are read without bodies; one that is
// asked for makes its file be read again, whole. It is nil where it cannot be
// had.
func (l *loader) body(f *file, decl *ast.FuncDecl) *ast.BlockStmt {
	for _, d := range l.whole(f).Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Name.Name == decl.Name.Name && receiverOf(fn) == receiverOf(decl) {
			return fn.Body
		}
	}
	return nil
}

func receiverOf(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) != 1 {
		return ""
	}
	return receiverName(d.Recv.List[0].Type)
}

// whole is the file with the bodies of its functions.
func (l *loader) whole(f *file) *ast.File {
	if f.whole == nil {
		f.whole = &ast.File{}
		if src, err := os.ReadFile(f.path); err == nil {
			if tree, _ := parser.ParseFile(token.NewFileSet(), f.path, src, parser.SkipObjectResolution); tree != nil {
				f.whole = tree
			}
		}
	}
	return f.whole
}

// function is a function of a package, or nil, and the file it stands in.
func (l *loader) function(p *pkg, name string) (*ast.FuncDecl, *file) {
	find := func() (*ast.FuncDecl, *file) {
		for _, f := range p.files {
			if f.ast == nil {
				continue
			}
			for _, d := range f.ast.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == name {
					return fn, f
				}
			}
		}
		return nil, nil
	}
	if fn, f := find(); fn != nil || p.model {
		return fn, f
	}
	for _, path := range p.goFiles {
		if p.parsed[path] {
			continue
		}
		src, err := os.ReadFile(path)
		if err == nil && bytes.Contains(src, []byte("func "+name+"(")) {
			p.index(l.parse(p, path, src))
		}
	}
	return find()
}
