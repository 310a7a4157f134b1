package shoplite

// Odd has names that need care everywhere.
//
//gen:table "Odd Table"
//gen:index "odd index; --" ("Choice; --", "spaced name" desc)
//gen:check "it's odd" ("quo""te" <> '' and "Choice; --" > 0)
type Odd struct {
	Select int64   `db:"Choice; --" gen:"pk"`
	Spaced string  `db:"spaced name" gen:"default:'a;b--c'"`
	Quote  string  `db:"quo\"te" gen:"unique"`
	Dot    *string `db:"a.b"`
	Uni    *string `db:"größe" gen:"index"`
	Upper  *string `db:"CamelCase"`
	Order  int32   `db:"order" gen:"default:1;check:\"order\" > 0"`
}

// Reserved is a table named like a keyword.
//
//gen:table "select"
type Reserved struct {
	ID    int64   `db:"id" gen:"pk"`
	Table *int64  `db:"table" gen:"ref:Odd.Select;ondelete:set null"`
	Group string  `db:"group" gen:"unique:user_group_order"`
	From  string  `db:"from" gen:"unique:user_group_order"`
	Text  *string `db:"text" gen:"type:blob"`
}
