package modelscan

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"
)

// config reads the literals gorm.Config{…} and schema.NamingStrategy{…}.
func (f *gormFinder) config(c *ast.CompositeLit, at gormPlace) {
	sel, ok := c.Type.(*ast.SelectorExpr)
	if !ok {
		return
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return
	}
	switch f.importOf(at, id.Name) + "." + sel.Sel.Name {
	case "gorm.io/gorm.Config", "gorm.io/gorm/schema.NamingStrategy":
	default:
		return
	}
	o := &f.out
	for _, e := range c.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		key, ok := kv.Key.(*ast.Ident)
		if !ok {
			continue
		}
		switch key.Name {
		case "DisableForeignKeyConstraintWhenMigrating":
			f.boolean(key.Name, "disable_foreign_keys", kv.Value, at, &o.DisableForeignKeys)
		case "IgnoreRelationshipsWhenMigrating":
			f.boolean(key.Name, "ignore_relations", kv.Value, at, &o.IgnoreRelations)
		case "SingularTable":
			f.boolean(key.Name, "singular_table", kv.Value, at, &o.SingularTable)
		case "NoLowerCase":
			f.boolean(key.Name, "no_lower_case", kv.Value, at, &o.NoLowerCase)
		case "TablePrefix":
			if s, ok := f.constant(kv.Value, at, token.STRING); !ok {
				f.unread(key.Name, "table_prefix", kv.Value)
			} else if f.agrees(key.Name, s, kv.Value) {
				o.TablePrefix = s
			}
		case "IdentifierMaxLength":
			s, ok := f.constant(kv.Value, at, token.INT)
			n, err := strconv.Atoi(s)
			if !ok || err != nil {
				f.unread(key.Name, "identifier_max_length", kv.Value)
			} else if f.agrees(key.Name, s, kv.Value) {
				o.IdentifierMaxLength = n
			}
		case "NameReplacer":
			f.replacer(kv.Value, at)
		case "NamingStrategy":
			if lit := literalOf(kv.Value); lit == nil {
				f.unclear(kv.Pos(), "write its settings into [gorm]", "the naming strategy is no literal and cannot be read")
			}
		}
	}
}

// replacer reads strings.NewReplacer("old", "new", …).
func (f *gormFinder) replacer(x ast.Expr, at gormPlace) {
	call, ok := x.(*ast.CallExpr)
	if ok {
		sel, is := call.Fun.(*ast.SelectorExpr)
		id, named := (*ast.Ident)(nil), false
		if is {
			id, named = sel.X.(*ast.Ident)
		}
		ok = named && sel.Sel.Name == "NewReplacer" && f.importOf(at, id.Name) == "strings" && len(call.Args)%2 == 0
	}
	var words []string
	if ok {
		for _, a := range call.Args {
			word, is := f.constant(a, at, token.STRING)
			words, ok = append(words, word), ok && is
		}
	}
	if !ok {
		f.unread("NameReplacer", "name_replacer", x)
		return
	}
	if f.agrees("NameReplacer", strconv.Quote(strings.Join(words, "\x00")), x) {
		f.out.NameReplacer = words
	}
}

// literalOf is the composite literal T{…} or &T{…}, or nil.
func literalOf(x ast.Expr) *ast.CompositeLit {
	if u, ok := x.(*ast.UnaryExpr); ok && u.Op == token.AND {
		x = u.X
	}
	lit, _ := x.(*ast.CompositeLit)
	return lit
}

func (f *gormFinder) unread(name, key string, x ast.Expr) {
	f.unclear(x.Pos(), "write "+key+" into [gorm]", "%s is no constant and cannot be read", name)
}

func (f *gormFinder) boolean(name, key string, x ast.Expr, at gormPlace, to *bool) {
	id, ok := x.(*ast.Ident)
	if !ok || id.Name != "true" && id.Name != "false" {
		f.unread(name, key, x)
		return
	}
	if f.agrees(name, id.Name, x) {
		*to = id.Name == "true"
	}
}

// agrees reports whether a setting is said for the first time, or again as
// before.
func (f *gormFinder) agrees(name, value string, x ast.Expr) bool {
	first, said := f.said[name]
	if !said {
		f.said[name] = gormSaid{value, x.Pos()}
		return true
	}
	if first.text != value {
		f.unclear(x.Pos(), "", "%s is %s here and %s at %s: the first is taken", name, value, first.text, f.pos(first.pos))
	}
	return false
}

// constant is a literal, or a constant of the package that is one.
func (f *gormFinder) constant(x ast.Expr, at gormPlace, kind token.Token) (string, bool) {
	switch x := x.(type) {
	case *ast.BasicLit:
		if x.Kind != kind {
			return "", false
		}
		if kind == token.STRING {
			s, err := strconv.Unquote(x.Value)
			return s, err == nil
		}
		return x.Value, true
	case *ast.Ident:
		for _, file := range at.pkg.files {
			for _, d := range file.Decls {
				gd, ok := d.(*ast.GenDecl)
				if !ok || gd.Tok != token.CONST {
					continue
				}
				for _, s := range gd.Specs {
					spec := s.(*ast.ValueSpec)
					for i, n := range spec.Names {
						if n.Name == x.Name && i < len(spec.Values) {
							return f.constant(spec.Values[i], gormPlace{pkg: at.pkg}, kind)
						}
					}
				}
			}
		}
	}
	return "", false
}
