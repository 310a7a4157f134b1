package modelscan

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"maps"
)

// inner runs the statements of a block within another one.
func (e *evaluation) inner(list []ast.Stmt, vars env) ([]returns, bool, error) {
	e.level++
	defer func() { e.level-- }()
	return e.block(list, vars)
}

// block runs statements. falls says that a way leads past the last of them.
func (e *evaluation) block(list []ast.Stmt, vars env) (outs []returns, falls bool, err error) {
	for i, s := range list {
		switch s := s.(type) {
		case *ast.ReturnStmt:
			o, err := e.results(s.Results, vars)
			return append(outs, o...), false, err
		case *ast.IfStmt:
			o, through, err := e.ifStmt(s, vars)
			outs = append(outs, o...)
			if err != nil || !through {
				return outs, false, err
			}
		case *ast.SwitchStmt:
			o, through, err := e.switchStmt(s, vars)
			outs = append(outs, o...)
			if err != nil || !through {
				return outs, false, err
			}
		case *ast.BlockStmt:
			o, through, err := e.inner(s.List, vars)
			outs = append(outs, o...)
			if err != nil || !through {
				return outs, false, err
			}
		case *ast.AssignStmt:
			if err := e.assign(s, vars); err != nil {
				return nil, false, err
			}
		case *ast.DeclStmt:
			if err := e.declare(s, vars); err != nil {
				return nil, false, err
			}
		case *ast.EmptyStmt:
		default:
			return nil, false, fmt.Errorf("statement %d of it is not plain", i+1)
		}
	}
	return outs, true, nil
}

func (e *evaluation) results(list []ast.Expr, vars env) ([]returns, error) {
	if len(list) == 1 {
		if call, ok := list[0].(*ast.CallExpr); ok {
			return e.callExpr(call, vars)
		}
	}
	var o returns
	for _, x := range list {
		v, err := e.expr(x, vars)
		if err != nil {
			return nil, err
		}
		o = append(o, v)
	}
	return []returns{o}, nil
}

// ifStmt follows the branch the condition takes; both when it is not known.
func (e *evaluation) ifStmt(s *ast.IfStmt, vars env) (outs []returns, falls bool, err error) {
	if s.Init != nil {
		e.level++
		defer func() { e.level-- }()
		assign, ok := s.Init.(*ast.AssignStmt)
		if !ok {
			return nil, false, errors.New("an if of it is not plain")
		}
		if err := e.assign(assign, vars); err != nil {
			return nil, false, err
		}
	}
	cond, err := e.expr(s.Cond, vars)
	if err != nil {
		return nil, false, err
	}
	yes, no := true, true
	if cond.kind == constVal && cond.c.Kind() == constant.Bool {
		yes = constant.BoolVal(cond.c)
		no = !yes
	}
	before := maps.Clone(vars)
	if yes {
		if outs, falls, err = e.inner(s.Body.List, vars); err != nil {
			return nil, false, err
		}
	}
	after := vars
	if yes && no {
		after = maps.Clone(vars)
		vars.become(before)
	}
	if no {
		var o []returns
		through := true
		switch other := s.Else.(type) {
		case *ast.BlockStmt:
			o, through, err = e.inner(other.List, vars)
		case *ast.IfStmt:
			o, through, err = e.ifStmt(other, vars)
		}
		if err != nil {
			return nil, false, err
		}
		switch {
		case !yes:
			falls = through
		case falls && through: // what the ways leave different is not known
			vars.forget(after)
		case falls:
			vars.become(after)
		default:
			falls = through
		}
		outs = append(outs, o...)
	}
	return outs, falls, nil
}

// become makes the variables those of another moment.
func (v env) become(o env) {
	clear(v)
	maps.Copy(v, o)
}

// forget makes unknown what is not the same at another moment.
func (v env) forget(o env) {
	for k, x := range v {
		if y, ok := o[k]; !ok || !x.same(y) {
			v[k] = val{level: x.level}
		}
	}
}

// switchStmt follows the case that is taken. Its values must be known.
func (e *evaluation) switchStmt(s *ast.SwitchStmt, vars env) (outs []returns, falls bool, err error) {
	e.level++
	defer func() { e.level-- }()
	if s.Init != nil {
		assign, ok := s.Init.(*ast.AssignStmt)
		if !ok {
			return nil, false, errors.New("a switch of it is not plain")
		}
		if err := e.assign(assign, vars); err != nil {
			return nil, false, err
		}
	}
	tag := val{kind: constVal, c: constant.MakeBool(true)}
	if s.Tag != nil {
		if tag, err = e.expr(s.Tag, vars); err != nil {
			return nil, false, err
		}
	}
	if tag = asConst(tag); tag.kind != constVal {
		return nil, false, errors.New("what it switches on is not known")
	}
	var otherwise *ast.CaseClause
	for _, c := range s.Body.List {
		clause := c.(*ast.CaseClause)
		if clause.List == nil {
			otherwise = clause
			continue
		}
		for _, x := range clause.List {
			v, err := e.expr(x, vars)
			if err != nil {
				return nil, false, err
			}
			if v = asConst(v); v.kind != constVal {
				return nil, false, errors.New("a case of it is not constant")
			}
			if v.c.Kind() == tag.c.Kind() && constant.Compare(v.c, token.EQL, tag.c) {
				return e.inner(clause.Body, vars)
			}
		}
	}
	if otherwise != nil {
		return e.inner(otherwise.Body, vars)
	}
	return nil, true, nil
}

func (e *evaluation) assign(s *ast.AssignStmt, vars env) error {
	if s.Tok != token.DEFINE && s.Tok != token.ASSIGN {
		if s.Tok == token.ADD_ASSIGN && len(s.Lhs) == 1 {
			sum, err := e.expr(&ast.BinaryExpr{X: s.Lhs[0], Op: token.ADD, Y: s.Rhs[0]}, vars)
			return e.bind(s, returns{sum}, vars, err)
		}
		return errors.New("an assignment of it is not plain")
	}
	if len(s.Rhs) == 1 && len(s.Lhs) == 2 {
		o, err := e.pair(s.Rhs[0], vars)
		return e.bind(s, o, vars, err)
	}
	var o returns
	for _, x := range s.Rhs {
		v, err := e.expr(x, vars)
		if err != nil {
			return err
		}
		o = append(o, v)
	}
	return e.bind(s, o, vars, nil)
}

// bind gives values to the variables on the left. A name that a block declares
// again is an error: blocks share one list of names.
func (e *evaluation) bind(s *ast.AssignStmt, o returns, vars env, err error) error {
	if err != nil {
		return err
	}
	names := s.Lhs
	if len(names) != len(o) {
		return errors.New("an assignment of it is not plain")
	}
	for i, x := range names {
		id, ok := x.(*ast.Ident)
		if !ok {
			return errors.New("it changes something")
		}
		old, had := vars[id.Name]
		o[i].level = e.level
		switch {
		case id.Name == "_":
			continue
		case had && s.Tok == token.DEFINE && old.level < e.level:
			return errors.New("it declares " + id.Name + " twice")
		case had && s.Tok != token.DEFINE:
			o[i].level = old.level
		}
		vars[id.Name] = o[i]
	}
	return nil
}

// pair is a call of two results, or a look-up with ok.
func (e *evaluation) pair(x ast.Expr, vars env) (returns, error) {
	switch x := x.(type) {
	case *ast.CallExpr:
		outs, err := e.callExpr(x, vars)
		if err != nil {
			return nil, err
		}
		if len(outs) != 1 || len(outs[0]) != 2 {
			return nil, errors.New("a call of it has several results")
		}
		return outs[0], nil
	case *ast.IndexExpr:
		v, err := e.expr(x, vars)
		if err != nil {
			return nil, err
		}
		key, ok := e.settingsKey(x, vars)
		if !ok {
			return nil, errors.New("a look-up of it is not plain")
		}
		_, has := e.db.field.Settings[key]
		return returns{v, boolVal(has)}, nil
	}
	return nil, errors.New("an assignment of it is not plain")
}

func (e *evaluation) declare(s *ast.DeclStmt, vars env) error {
	d, ok := s.Decl.(*ast.GenDecl)
	if !ok || d.Tok != token.VAR && d.Tok != token.CONST {
		return errors.New("a declaration of it is not plain")
	}
	for _, sp := range d.Specs {
		spec := sp.(*ast.ValueSpec)
		for i, n := range spec.Names {
			if old, had := vars[n.Name]; had && old.level < e.level {
				return errors.New("it declares " + n.Name + " twice")
			}
			switch {
			case i < len(spec.Values):
				v, err := e.expr(spec.Values[i], vars)
				if err != nil {
					return err
				}
				v.level = e.level
				vars[n.Name] = v
			case spec.Type != nil:
				v := zeroOf(e.g.of(spec.Type, e.scope))
				v.level = e.level
				vars[n.Name] = v
			}
		}
	}
	return nil
}
