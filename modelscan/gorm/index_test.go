package gorm

import "testing"

type part struct {
	City string `gorm:"index"`
	Zip  string `gorm:"unique"`
}

type indexed struct {
	ID int
	A  string `gorm:"index"`
	B  string `gorm:"index:"`
	C  string `gorm:"index:by_c;column:cc;uniqueIndex"`
	D  string `gorm:"index:,class:FULLTEXT,length:10,comment:why,option:WITH PARSER ngram"`
	E  string `gorm:"index:de,priority:2"`
	F  string `gorm:"index:de,priority:1,sort:desc,collate:C"`
	G  string `gorm:"index:de,where:g > 0"`
	H  string `gorm:"index:,composite:hi"`
	I  string `gorm:"index:,composite:hi,unique"`
	J  string `gorm:"index:low,expression:lower(j),type:btree"`
	K  string `gorm:"unique:false;index:k,unique:false"`
	L  part   `gorm:"embedded;embeddedPrefix:l_"`
}

// TestIndexes: the options of indexes. The name has the Go name of the field,
// not the column's, and no prefix; an empty index: is none. (schema/index.go)
func TestIndexes(t *testing.T) {
	same(t, migrate(t, Config{Dialect: "mysql"}, indexed{}), `
		indexeds
			id bigint AUTO_INCREMENT
			a varchar(191)
			b longtext
			cc varchar(191)
			d varchar(191)
			e varchar(191)
			f varchar(191)
			g varchar(191)
			h varchar(191)
			i varchar(191)
			j varchar(191)
			k varchar(191)
			l_city varchar(191)
			l_zip varchar(191)
			key (id)
			unique uni_indexeds_l_zip (l_zip)
			index idx_indexeds_a (a)
			index by_c (cc)
			UNIQUE index idx_indexeds_c (cc)
			FULLTEXT index idx_indexeds_d (d first 10) WITH PARSER ngram comment why
			index de (f collate C desc, e, g) where g > 0
			UNIQUE index idx_indexeds_hi (h, i)
			index low btree (= lower(j))
			UNIQUE index k (k)
			index idx_indexeds_city (l_city)`)
}

// TestIndexesOfDrivers: what the drivers leave out of index options.
func TestIndexesOfDrivers(t *testing.T) {
	type beside struct {
		ID int
		A  string `gorm:"index:i,option:concurrently"`
		B  string `gorm:"index:j,option:WITH (fillfactor=70)"`
	}
	same(t, migrate(t, Config{Dialect: "postgres"}, beside{}), `
		besides
			id bigserial
			a text
			b text
			key (id)
			index i (a)
			index j (b) WITH (fillfactor=70)`)
	same(t, migrate(t, Config{Dialect: "postgres", Driver: Version{1, 5, 9}}, beside{}), `
		besides
			id bigserial
			a text
			b text
			key (id)
			index i (a)
			index j (b)`)
	same(t, migrate(t, Config{Dialect: "sqlite"}, beside{}), `
		besides
			id integer PRIMARY KEY AUTOINCREMENT
			a text
			b text
			index i (a)
			index j (b)`)
	type typed struct {
		ID int
		A  string `gorm:"index:i,type:gin"`
	}
	for _, c := range []struct {
		name string
		got  string
		want string
	}{
		{"SQLite has no types of indexes", problems(Config{Dialect: "sqlite"}, typed{}), "typed.A: index i: SQLite has no types of indexes, and GORM writes USING gin: the migration fails"},
		{"a driver that says it twice", problems(Config{Dialect: "postgres", Driver: Version{1, 5, 11}}, beside{}), "beside.A: index i: this version of the driver writes CONCURRENTLY twice: the migration fails"},
		{"a composite index without a name", problems(Config{Dialect: "postgres"}, struct{ namelessComposite }{}.namelessComposite), "namelessComposite.A: index: composite needs a name: GORM refuses the model"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q", c.name, c.got)
		}
	}
}

type namelessComposite struct {
	ID int
	A  string `gorm:"index:,composite"`
}
