package gorm

import "testing"

type (
	kid struct {
		ID      int
		ElderID int
	}
	elder struct {
		ID   int
		Kids []kid
	}
	base struct{ Lost int }
	Root struct {
		ID   int
		Kept int `gorm:"not null;comment:from root"`
	}
	shaped struct {
		base
		Root
		Name   string
		Skip   string `gorm:"-"`
		All    string `gorm:"-:all"`
		Mig    string `gorm:"-:migration"`
		Read   string `gorm:"->"`
		None   string `gorm:"->:false;<-:false"`
		Addr   Addr   `gorm:"embedded;embeddedPrefix:addr_;comment:spreads"`
		Twice  string `gorm:"column:name;size:3"`
		Shadow int    `gorm:"column:kept"`
		hidden int
	}
	Addr struct {
		ID   int
		City string `gorm:"column:town"`
	}
	unlike struct {
		ID  int
		Map map[string]int `gorm:"embedded"`
	}
)

var _ = shaped{}.hidden // is there for nobody to read

// TestFields: what is a column, where, and under which name. Of two fields with
// one column the one with the shorter path counts and the place is the first's.
// (schema/schema.go Parse, schema/field.go ParseField)
func TestFields(t *testing.T) {
	same(t, migrate(t, Config{Dialect: "postgres"}, shaped{}), `
		shapeds
			id bigserial
			kept bigint
			name text
			read text
			none text
			addr_id bigint
			addr_town text
			key (id)`)
	if got, want := problems(Config{Dialect: "postgres"}, unlike{}), "unlike.Map: map cannot be embedded: it is no struct"; got != want {
		t.Errorf("got %q", got)
	}
}

// TestKeys: the key is what the tags say, else the column id, else the field
// ID; one of whole numbers counts up. (schema/schema.go Parse)
func TestKeys(t *testing.T) {
	type (
		byColumn struct {
			Key int64 `gorm:"column:id"`
		}
		lone struct {
			Code int32 `gorm:"primaryKey"`
		}
		two struct {
			A int `gorm:"primaryKey"`
			B int `gorm:"primaryKey"`
		}
		withID struct {
			ID     int    `gorm:"primaryKey"`
			Tenant string `gorm:"primaryKey"`
		}
		other struct {
			Code string `gorm:"primaryKey"`
			ID   int
		}
		counted struct {
			A int `gorm:"primaryKey"`
			B int `gorm:"primaryKey;autoIncrement"`
		}
		still struct {
			ID int `gorm:"autoIncrement:false"`
		}
		none struct{ A int }
	)
	same(t, migrate(t, Config{Dialect: "postgres"}, byColumn{}, lone{}, two{}, withID{}, other{}, counted{}, still{}, none{}), `
		by_columns
			id bigserial
			key (id)
		lones
			code serial
			key (code)
		twos
			a bigint
			b bigint
			key (a, b)
		with_ids
			id bigserial
			tenant text
			key (id, tenant)
		others
			code text
			id bigint
			key (code)
		counteds
			a bigint
			b bigserial
			key (a, b)
		stills
			id bigint
			key (id)
		nones
			a bigint`)
}

// TestCalls: a has-many relation makes the foreign key of a table that is
// created when the relation is known already. (migrator AutoMigrate)
func TestCalls(t *testing.T) {
	same(t, migrate(t, Config{Dialect: "postgres"}, kid{}, elder{}), `
		kids
			id bigserial
			elder_id bigint
			key (id)
			fk_elders_kids (elder_id) -> elders (id)
		elders
			id bigserial
			key (id)`)
	list := types(kid{}, elder{})
	tables, problems := MigrateCalls([][]*Type{{list[0]}, {list[1]}}, Config{Dialect: "postgres"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	same(t, dump(tables), `
		kids
			id bigserial
			elder_id bigint
			key (id)
		elders
			id bigserial
			key (id)`)
	list = types(kid{}, elder{})
	tables, _ = MigrateCalls([][]*Type{{list[0]}, {list[1]}, {list[0]}}, Config{Dialect: "postgres"})
	same(t, dump(tables), `
		kids
			id bigserial
			elder_id bigint
			key (id)
			fk_elders_kids (elder_id) -> elders (id)
		elders
			id bigserial
			key (id)`)
}

// TestOneTable: of two models for one table in one call the later one makes it;
// in another call it adds to it. (migrator ReorderModels)
func TestOneTable(t *testing.T) {
	list := types(first{}, second{})
	tables, _ := Migrate(list, Config{Dialect: "postgres"})
	same(t, dump(tables), `
		one
			id bigserial
			a text
			b text
			key (id)
			index idx_one_a (a)`)
	if h := tables[0].Hidden; len(h) != 1 || h[0] != list[0] {
		t.Errorf("hidden: %v", h)
	}
	list = types(first{}, second{})
	tables, _ = MigrateCalls([][]*Type{{list[0]}, {list[1]}}, Config{Dialect: "postgres"})
	same(t, dump(tables), `
		one
			id bigserial
			a varchar(5)
			b text
			key (id)
			index idx_one_a (a)`)
	if a := tables[0].Also; len(a) != 1 || a[0] != list[1] {
		t.Errorf("also: %v", a)
	}
}

type first struct {
	ID int
	A  string `gorm:"size:5;index"`
}

func (first) TableName() string { return "one" }

type second struct {
	ID int
	A  string `gorm:"index"`
	B  string
}

func (second) TableName() string { return "one" }

// TestJoins: SetupJoinTable puts a model in the place of a join table; its
// columns get the types of the keys, and the relations it does not have.
// (gorm.DB SetupJoinTable)
func TestJoins(t *testing.T) {
	list := types(reader{}, loan{}, noLoan{}, kid{})
	got, problems := Migrate(list[:1], Config{Dialect: "postgres", Joins: []Join{{Model: list[0], Field: "Books", Table: list[1]}}})
	if len(problems) > 0 {
		t.Fatal(problemLine(problems[0]))
	}
	same(t, dump(got), `
		readers
			id bigserial
			name text
			key (id)
		books
			isbn varchar(13)
			key (isbn)
		loans
			reader_id bigint
			book_isbn varchar(13)
			note text
			key (reader_id, book_isbn)
			fk_loans_reader (reader_id) -> readers (id)
			fk_loans_book (book_isbn) -> books (isbn)`)
	for _, c := range []struct {
		field string
		table int
		want  string
	}{
		{"Books", 2, "reader.Books: join table noLoan has no column reader_id"},
		{"Name", 1, "reader: field Name has no join table: it is no many2many relation"},
	} {
		list := types(reader{}, loan{}, noLoan{})
		_, problems := Migrate(list[:1], Config{Dialect: "postgres", Joins: []Join{{Model: list[0], Field: c.field, Table: list[c.table]}}})
		if len(problems) == 0 || problemLine(problems[0]) != c.want {
			t.Errorf("%s: got %v", c.field, problems)
		}
	}
}

type (
	reader struct {
		ID    uint
		Name  string
		Books []book `gorm:"many2many:loans"`
	}
	book struct {
		ISBN string `gorm:"primaryKey;size:13"`
	}
	loan struct {
		ReaderID int    `gorm:"primaryKey"`
		BookISBN string `gorm:"primaryKey"`
		Note     string
	}
	noLoan struct{ ID int }
)
