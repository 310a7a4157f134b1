package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// check says what no server would allow in the state that was reached: two
// objects of one name, and anything that refers to what is not there.
func (m *model) check() error {
	exists := map[key]bool{}
	held := map[nameKey]string{}
	hold := func(keys []nameKey, what string) error {
		for _, k := range keys {
			if other, taken := held[k]; taken {
				return fmt.Errorf("%s has the name of %s", what, other)
			}
			held[k] = what
		}
		return nil
	}
	for _, s := range m.db.Schemas {
		exists[key{kind: keySchema, name: schema.Name{Local: s.Name}}] = true
	}
	for _, e := range m.db.Enums {
		exists[key{kind: keyEnum, name: e.Name}] = true
		if err := hold([]nameKey{typeKey(e.Name)}, "enum "+e.Name.String()); err != nil {
			return err
		}
	}
	for _, s := range m.db.Sequences {
		exists[key{kind: keySequence, name: s.Name}] = true
		if err := hold([]nameKey{relationKey(s.Name)}, "sequence "+s.Name.String()); err != nil {
			return err
		}
	}
	for _, t := range m.db.Tables {
		is, _, names := wholeTable(t)
		for _, k := range is {
			exists[k] = true
		}
		if err := hold(names, "something of table "+t.Name.String()); err != nil {
			return err
		}
	}
	for _, o := range m.db.Objects {
		for _, k := range objectKeys(o) {
			exists[k] = true
		}
		if err := hold(objectNames(o), o.Ref().String()); err != nil {
			return err
		}
	}
	return m.checkNeeds(exists)
}

// checkDefault looks for the sequence that a default draws from, and for the
// value of an enum.
func (m *model) checkDefault(c schema.Column, exists map[key]bool) error {
	if strings.HasPrefix(c.Default, "nextval(") {
		for _, n := range names(c.Default) {
			if n.Schema != "" && !exists[key{kind: keySequence, name: n}] {
				return fmt.Errorf("the default of %s draws from %s, which is not there", c.Name, n)
			}
		}
	}
	e := m.db.Enum(c.Type.Ref)
	tokens := significant(lex(c.Default, false))
	if e == nil || len(tokens) == 0 || tokens[0].kind != tokenString || c.Type.Text != e.Name.String() {
		return nil
	}
	if !slices.Contains(e.Values, tokens[0].name) {
		return fmt.Errorf("the default of %s is '%s', which is no value of %s", c.Name, tokens[0].name, e.Name)
	}
	return nil
}

// checkNeeds follows every reference that must lead somewhere. Expressions
// are not looked into: their words may be anything.
func (m *model) checkNeeds(exists map[key]bool) error {
	need := func(who string, keys ...key) error {
		for _, k := range keys {
			if !exists[k] {
				return fmt.Errorf("%s refers to %s %s, which is not there", who, k.name, k.sub)
			}
		}
		return nil
	}
	for _, s := range m.db.Sequences {
		if s.OwnedBy != (schema.ColumnRef{}) {
			if err := need("sequence "+s.Name.String(), columnKey(s.OwnedBy.Table, s.OwnedBy.Column)); err != nil {
				return err
			}
		}
	}
	for _, o := range m.db.Objects {
		if err := need(o.Ref().String(), objectNeeds(o)...); err != nil {
			return err
		}
	}
	for _, t := range m.db.Tables {
		if err := need("table "+t.Name.String(), schemaKey(t.Name)...); err != nil {
			return err
		}
		for _, c := range t.Columns {
			if err := m.checkDefault(c, exists); err != nil {
				return err
			}
			if !c.Type.Ref.IsZero() {
				if err := need("column "+c.Name, key{kind: keyEnum, name: c.Type.Ref}); err != nil {
					return err
				}
			}
		}
		for _, c := range t.Constraints() {
			if k, ok := c.(schema.Check); ok {
				k.Expr = "" // may say anything
				c = k
			}
			if x, ok := c.(schema.Exclusion); ok {
				c = schema.Exclusion{Name: x.Name, Include: x.Include}
			}
			if err := need("constraint "+c.ConstraintName()+" of "+t.Name.String(), constraintNeeds(t.Name, c)...); err != nil {
				return err
			}
		}
		for _, x := range t.Indexes {
			x.Where = ""
			for _, k := range x.Keys {
				if k.Column != "" {
					if err := need("index "+x.Name, columnKey(t.Name, k.Column)); err != nil {
						return err
					}
				}
			}
			if err := need("index "+x.Name, columnKeys(t.Name, x.Include)...); err != nil {
				return err
			}
		}
	}
	return nil
}
