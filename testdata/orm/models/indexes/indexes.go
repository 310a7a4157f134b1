// Package indexes has a field for each rule about indexes.
package indexes

// All are the models in the order of AutoMigrate.
func All() []any {
	return []any{&Plain{}, &Options{}, &Composite{}, &Holder{}, &VeryLongNamedModelForTheLimit{}, &Explicit{}}
}

type Plain struct {
	ID     int
	A      string `gorm:"index"`
	B      string `gorm:"index:idx_b"`
	C      string `gorm:"index:"`
	D      string `gorm:"uniqueIndex"`
	E      string `gorm:"index:,unique"`
	F      string `gorm:"column:eff;index"`
	G      string `gorm:"index;index:idx_g2,sort:desc"`
	H      string `gorm:"unique;uniqueIndex"`
	UserID int    `gorm:"index"`
	HTTPID int    `gorm:"uniqueIndex:uq_http"`
}

type Options struct {
	ID int
	A  string `gorm:"index:idx_where,where:a <> 'x'"`
	B  string `gorm:"index:idx_sort,sort:desc"`
	C  string `gorm:"index:idx_expr,expression:lower(c)"`
	D  string `gorm:"index:idx_class,class:UNIQUE"`
	E  string `gorm:"uniqueIndex:uq_where,where:e IS NOT NULL"`
	F  string `gorm:"index:idx_len,length:10"`
	G  string `gorm:"index:idx_comment,comment:hello"`
	H  string `gorm:"index:idx_asc,sort:asc"`
	I  string `gorm:"index:,expression:upper(i)"`
}

type Composite struct {
	ID int
	A  string `gorm:"index:idx_ab,priority:2"`
	B  string `gorm:"index:idx_ab,priority:1"`
	C  string `gorm:"uniqueIndex:uq_cd"`
	D  string `gorm:"uniqueIndex:uq_cd,sort:desc"`
	E  string `gorm:"index:,composite:ef"`
	F  string `gorm:"index:,composite:ef,unique"`
	G  string `gorm:"index:idx_gh;index:idx_g"`
	H  string `gorm:"index:idx_gh,where:g > ''"`
}

type Part struct {
	City string `gorm:"index"`
	Zip  string `gorm:"unique"`
}

type Holder struct {
	ID   int
	Addr Part `gorm:"embedded;embeddedPrefix:addr_"`
}

type VeryLongNamedModelForTheLimit struct {
	ID                                       int
	AnExtremelyLongFieldNameThatGoesOverIt   string `gorm:"index;unique;check:id > 0"`
	AnotherRatherLongFieldNameThatGoesOverIt string `gorm:"uniqueIndex"`
}

// Explicit: names in tags are not shortened; PostgreSQL cuts them itself.
type Explicit struct {
	ID int
	A  string `gorm:"index:an_explicit_name_of_an_index_that_is_longer_than_sixty_three_bytes_by_far"`
	B  int    `gorm:"check:an_explicit_name_of_a_check_that_is_longer_than_the_sixty_three_bytes_it_may_have,b > 0"`
}
