package schema

// An Index is an index that backs no constraint. In PostgreSQL its name lives
// in the schema of its table.
type Index struct {
	Name             string     `json:"name"`
	Derived          bool       `json:"derived,omitempty"`
	Unique           bool       `json:"unique,omitempty"`
	Method           string     `json:"method,omitempty"` // "btree", "gin", …; always set on PostgreSQL, empty on SQLite
	Keys             []IndexKey `json:"keys"`
	Include          []string   `json:"include,omitempty"`
	NullsNotDistinct bool       `json:"nulls_not_distinct,omitempty"`
	Where            string     `json:"where,omitempty"` // predicate, without outer parentheses
	Options          []Option   `json:"options,omitempty"`
	Comment          string     `json:"comment,omitempty"`
	Pos              Pos        `json:"pos,omitzero"`
}

// An IndexKey is one key of an index: a column or an expression.
type IndexKey struct {
	Column         string   `json:"column,omitempty"`
	Expr           string   `json:"expr,omitempty"`     // set exactly when Column is empty; without outer parentheses
	Collation      Name     `json:"collation,omitzero"` // zero: that of the column or expression
	Opclass        Name     `json:"opclass,omitzero"`   // zero: the type's default for the method
	OpclassOptions []Option `json:"opclass_options,omitempty"`
	Desc           bool     `json:"desc,omitempty"`
	NullsFirst     bool     `json:"nulls_first,omitempty"` // the default is equal to Desc; modelscan and introspect resolve it
	Statistics     *int     `json:"statistics,omitempty"`  // statistics target of an expression; nil: the server's default (PostgreSQL)
}
