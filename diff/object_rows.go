package diff

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// The server holds the body of a function in SQL that returns rows of a table
// against the columns of the table, when the function is made or replaced
// (PostgreSQL, src/backend/executor/functions.c, check_sql_fn_retval). Where both
// change, neither body fits both tables.

// rowsChange reports whether the function gets another body and returns rows of a
// table whose columns change: then it goes before they do and comes back after.
func (d *differ) rowsChange(have, want *schema.Object) bool {
	if have == nil || want == nil || have.SQL == want.SQL {
		return false
	}
	return slices.ContainsFunc(rowsOf(*have), func(n schema.Name) bool {
		t := d.pairOf(n)
		return t != nil && t.have != nil && t.want != nil && !slices.EqualFunc(t.have.Columns, t.want.Columns, func(a, b schema.Column) bool {
			return a.Name == b.Name && a.Type.Text == b.Type.Text
		})
	})
}

// rowsOf are the names in the type that a function in SQL returns.
func rowsOf(o schema.Object) []schema.Name {
	if o.Kind != schema.KindFunction || !strings.Contains(o.SQL, "\n LANGUAGE sql") {
		return nil
	}
	for _, s := range o.Shape {
		if result, ok := strings.CutPrefix(s, "returns "); ok {
			return names(result)
		}
	}
	return nil
}

// tieRows puts the changes of columns between such a function that goes and the one
// that comes.
func (d *differ) tieRows(ops []op) {
	for i := range ops {
		c, ok := ops[i].change.(DropObject)
		if !ok || !c.Again {
			continue
		}
		for _, n := range rowsOf(c.Object) {
			if d.pairOf(n) == nil {
				continue
			}
			gone, changed := key{keyStep, n, "without rows"}, key{keyStep, n, "other rows"}
			ops[i].makes = append(ops[i].makes, gone)
			for j := range ops {
				switch o := &ops[j]; other := o.change.(type) {
				case AddColumn, DropColumn, AlterColumn:
					if TableOf(other) == n {
						o.needs, o.makes = append(o.needs, gone), append(o.makes, changed)
					}
				case CreateObject:
					if other.Again && other.Object.Ref() == c.Object.Ref() {
						o.needs = append(o.needs, changed)
					}
				}
			}
		}
	}
}
