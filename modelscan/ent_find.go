package modelscan

import "go/ast"

// entSchemaPath is the package whose literals ent generates.
const entSchemaPath = "entgo.io/ent/dialect/sql/schema"

// isEntTables reports whether a variable is the list that ent generates:
// Tables = []*schema.Table{…}.
func isEntTables(vs *ast.ValueSpec) bool {
	if len(vs.Names) != 1 || vs.Names[0].Name != "Tables" || len(vs.Values) != 1 {
		return false
	}
	lit, ok := vs.Values[0].(*ast.CompositeLit)
	if !ok {
		return false
	}
	array, ok := lit.Type.(*ast.ArrayType)
	if !ok {
		return false
	}
	star, ok := array.Elt.(*ast.StarExpr)
	if !ok {
		return false
	}
	sel, ok := star.X.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "Table"
}
