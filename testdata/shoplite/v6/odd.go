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
