package shop

// Odd has names that need care everywhere.
//
//gen:table "Odd Table"
//gen:index "odd index; --" ("select", "spaced name" desc)
//gen:check "it's odd" ("quo""te" <> '' and "select" > 0)
//gen:comment It's "odd"; -- really \ so
type Odd struct {
	Select int64   `db:"select" gen:"pk;identity"`
	Spaced string  `db:"spaced name" gen:"default:'a;b--c'"`
	Quote  string  `db:"quo\"te" gen:"unique"`
	Dot    *string `db:"a.b" gen:"comment"` // it's a "dot"; or -- not
	Uni    *string `db:"größe" gen:"index"`
	Upper  *string `db:"CamelCase"`
	Order  int32   `db:"order" gen:"default:1;check:\"order\" > 0"`
}

// Reserved is a table named like a keyword.
//
//gen:table "user"
type Reserved struct {
	ID    int64  `db:"id" gen:"pk"`
	Table *int64 `db:"table" gen:"ref:Odd.Select;ondelete:set null"`
	Group string `db:"group" gen:"unique:user_group_order"`
	From  string `db:"from" gen:"unique:user_group_order"`
}

// Long has names at and beyond what PostgreSQL keeps of them.
//
//gen:table a_table_with_a_name_of_exactly_sixty_three_bytes_which_is_much__x
type Long struct {
	ID     int64   `db:"id" gen:"pk"`
	Other  *int64  `db:"a_column_with_a_name_of_exactly_sixty_three_bytes_which_is_much_x" gen:"index"`
	Third  *int64  `db:"a_column_with_a_name_of_exactly_sixty_three_bytes_too_as_it_hap" gen:"unique;check:a_column_with_a_name_of_exactly_sixty_three_bytes_too_as_it_hap > 0"`
	Umlaut *string `db:"üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü_a_name_that_is_longer_in_bytes_than_in_runes" gen:"index"`
}
