package gorm

import "testing"

type (
	versioned struct {
		ID                                                  int
		Uniq                                                string  `gorm:"unique"`
		Check                                               int     `gorm:"check:chk_2,x > 2"`
		Named                                               int     `gorm:"check:chk_two,x > 2"`
		Float                                               float64 `gorm:"default:1.5"`
		Fk                                                  int
		Other                                               stand  `gorm:"foreignKey:Fk;constraint:fk_2,OnDelete:CASCADE"`
		AVeryLongNameOfAFieldThatGoesOverTheLimitOfPostgres string `gorm:"index"`
	}
	stand   struct{ ID int }
	limited struct {
		ID int
		A  int `gorm:"check:LongerThanTwenty > 0;column:long_enough"`
	}
	big struct {
		ID int
		S  string `gorm:"size:10485761"`
		G  int    `gorm:"generated:identity"`
		O  int    `gorm:"index:i,option:WITH (fillfactor=70)"`
	}
	moved struct {
		ID   int
		Skip stand `gorm:"-:migration;foreignKey:Key"`
		Key  int
	}
	doubled struct {
		ID    int
		Stand stand   `gorm:"foreignKey:A;constraint:first"`
		In    struct2 `gorm:"embedded"`
		A     int
	}
	struct2 struct {
		Stand stand `gorm:"foreignKey:B"`
		B     int
	}
	beside struct {
		ID      int
		Near    near `gorm:"embedded;embeddedPrefix:near_"`
		StandID int
	}
	near struct {
		StandID int
		Stand   stand
	}
	keyed struct {
		ID int `gorm:"type:integer primary key"`
		A  int `gorm:"primaryKey"`
	}
	composite struct {
		A int `gorm:"primaryKey"`
		B int `gorm:"primaryKey;autoIncrement"`
	}
	parts struct {
		ID   int
		Note remark `gorm:"polymorphicType:Kind;polymorphicId:Ref"`
	}
	remark struct {
		ID      int
		Ref     int
		Kind    string
		PartsID int
	}
	byNaming struct {
		ID  int
		Key int   `gorm:"column:stand_key"`
		Its stand `gorm:"foreignKey:StandKey"`
	}
	lite struct {
		ID int
		At int64 `gorm:"type:time"`
	}
	dated struct {
		ID int `gorm:"not null"`
		At int `gorm:"type:time;precision:0"`
	}
)

// TestVersions: every rule of version.go before and after it. The first release
// of each is that in which GORM's source has it.
func TestVersions(t *testing.T) {
	gormAt := func(v Version) Config { return Config{Dialect: "postgres", Version: v} }
	driverAt := func(dialect string, v Version) Config { return Config{Dialect: dialect, Driver: v} }
	t.Run("uniques, names of checks and keys, floats, the limit", func(t *testing.T) {
		same(t, migrate(t, Config{Dialect: "postgres", Version: Version{1, 25, 1}, Driver: Version{1, 5, 0}}, versioned{}), `
			stands
				id bigserial
				key (id)
			versioneds
				id bigserial
				uniq text
				check bigint
				named bigint
				float decimal DEFAULT 1.500000
				fk bigint
				a_very_long_name_of_a_field_that_goes_over_the_limit_of_postgres text
				key (id)
				unique  (uniq)
				check chk_versioneds_check (chk_2,x > 2)
				check chk_two (x > 2)
				fk_versioneds_other (fk) -> stands (id) on delete CASCADE
				index idx_versioneds_a_very_long_name_of_a_field_that_goes_ove628af42b (a_very_long_name_of_a_field_that_goes_over_the_limit_of_postgres)`)
		same(t, migrate(t, gormAt(Version{1, 25, 3}), versioned{}), `
			stands
				id bigserial
				key (id)
			versioneds
				id bigserial
				uniq text
				check bigint
				named bigint
				float decimal DEFAULT 1.5
				fk bigint
				a_very_long_name_of_a_field_that_goes_over_the_limit_of_postgres text
				key (id)
				unique  (uniq)
				check chk_versioneds_check (chk_2,x > 2)
				check chk_two (x > 2)
				fk_versioneds_other (fk) -> stands (id) on delete CASCADE
				index idx_versioneds_a_very_long_name_of_a_field_that_goes_ov628af42b (a_very_long_name_of_a_field_that_goes_over_the_limit_of_postgres)`)
		same(t, migrate(t, gormAt(Version{1, 25, 6}), versioned{}), `
			stands
				id bigserial
				key (id)
			versioneds
				id bigserial
				uniq text
				check bigint
				named bigint
				float decimal DEFAULT 1.5
				fk bigint
				a_very_long_name_of_a_field_that_goes_over_the_limit_of_postgres text
				key (id)
				unique  (uniq)
				check chk_versioneds_check (chk_2,x > 2)
				check chk_two (x > 2)
				fk_versioneds_other (fk) -> stands (id) on delete CASCADE
				index idx_versioneds_a_very_long_name_of_a_field_that_goes_ov628af42b (a_very_long_name_of_a_field_that_goes_over_the_limit_of_postgres)`)
		same(t, migrate(t, gormAt(Version{1, 25, 7}), versioned{}), `
			stands
				id bigserial
				key (id)
			versioneds
				id bigserial
				uniq text
				check bigint
				named bigint
				float decimal DEFAULT 1.5
				fk bigint
				a_very_long_name_of_a_field_that_goes_over_the_limit_of_postgres text
				key (id)
				unique uni_versioneds_uniq (uniq)
				check chk_versioneds_check (chk_2,x > 2)
				check chk_two (x > 2)
				fk_versioneds_other (fk) -> stands (id) on delete CASCADE
				index idx_versioneds_a_very_long_name_of_a_field_that_goes_ov628af42b (a_very_long_name_of_a_field_that_goes_over_the_limit_of_postgres)`)
		same(t, migrate(t, Config{Dialect: "postgres", Driver: Version{1, 5, 4}}, versioned{}), `
			stands
				id bigserial
				key (id)
			versioneds
				id bigserial
				uniq text
				check bigint
				named bigint
				float decimal DEFAULT 1.5
				fk bigint
				a_very_long_name_of_a_field_that_goes_over_the_limit_of_postgres text
				key (id)
				unique uni_versioneds_uniq (uniq)
				check chk_2 (x > 2)
				check chk_two (x > 2)
				fk_2 (fk) -> stands (id) on delete CASCADE
				index idx_versioneds_a_very_long_name_of_a_field_that_goes_ove628af42b (a_very_long_name_of_a_field_that_goes_over_the_limit_of_postgres)`)
	})
	t.Run("a limit of its own", func(t *testing.T) {
		c := gormAt(Version{1, 25, 1})
		c.Naming.IdentifierMaxLength = 20
		same(t, migrate(t, c, limited{}), `
			limiteds
				id bigserial
				long_enough bigint
				key (id)
				check chk_limiteds_long_enough (LongerThanTwenty > 0)`)
		c.Version = Version{1, 25, 2}
		same(t, migrate(t, c, limited{}), `
			limiteds
				id bigserial
				long_enough bigint
				key (id)
				check chk_limiteds9b5582e4 (LongerThanTwenty > 0)`)
	})
	t.Run("types and options of PostgreSQL's driver", func(t *testing.T) {
		same(t, migrate(t, driverAt("postgres", Version{1, 5, 9}), big{}), `
			bigs
				id bigserial
				s varchar(10485761)
				g bigint
				o bigint
				key (id)
				index i (o)`)
		same(t, migrate(t, driverAt("postgres", Version{1, 6, 1}), big{}), `
			bigs
				id bigserial
				s text
				g bigint
				o bigint
				key (id)
				index i (o) WITH (fillfactor=70)`)
		same(t, migrate(t, driverAt("postgres", Version{1, 6, 2}), big{}), `
			bigs
				id bigserial
				s text
				g bigint GENERATED BY DEFAULT AS IDENTITY
				o bigint
				key (id)
				index i (o) WITH (fillfactor=70)`)
	})
	t.Run("relations that no migration makes", func(t *testing.T) {
		same(t, migrate(t, gormAt(Version{1, 24, 2}), moved{}), `
			stands
				id bigserial
				key (id)
			moveds
				id bigserial
				key bigint
				key (id)
				fk_moveds_skip (key) -> stands (id)`)
		same(t, migrate(t, gormAt(Version{1, 24, 3}), moved{}), `
			moveds
				id bigserial
				key bigint
				key (id)`)
	})
	t.Run("two relations with one name", func(t *testing.T) {
		same(t, migrate(t, gormAt(Version{1, 24, 6}), doubled{}), `
			stands
				id bigserial
				key (id)
			doubleds
				id bigserial
				b bigint
				a bigint
				key (id)
				fk_doubleds_stand (b) -> stands (id)`)
		same(t, migrate(t, gormAt(Version{1, 25, 0}), doubled{}), `
			stands
				id bigserial
				key (id)
			doubleds
				id bigserial
				b bigint
				a bigint
				key (id)
				fk_doubleds_stand (a) -> stands (id)`)
	})
	t.Run("keys beside an embedded relation", func(t *testing.T) {
		same(t, migrate(t, gormAt(Version{1, 24, 6}), beside{}), `
			stands
				id bigserial
				key (id)
			besides
				id bigserial
				near_stand_id bigint
				stand_id bigint
				key (id)
				fk_besides_stand (stand_id) -> stands (id)`)
		same(t, migrate(t, gormAt(Version{1, 25, 0}), beside{}), `
			stands
				id bigserial
				key (id)
			besides
				id bigserial
				near_stand_id bigint
				stand_id bigint
				key (id)
				fk_besides_stand (near_stand_id) -> stands (id)`)
	})
	t.Run("a key that counts among several", func(t *testing.T) {
		if a := priorityOf(gormAt(Version{1, 24, 6}), composite{}); a != nil {
			t.Errorf("got %s", a.Name)
		}
		if b := priorityOf(gormAt(Version{1, 25, 0}), composite{}); b == nil || b.Name != "B" {
			t.Errorf("got %v", b)
		}
	})
	t.Run("a key in the text of the type", func(t *testing.T) {
		same(t, migrate(t, Config{Dialect: "sqlite", Version: Version{1, 25, 4}}, stand{}), `
			stands
				id integer PRIMARY KEY AUTOINCREMENT
				key (id)`)
		same(t, migrate(t, Config{Dialect: "sqlite", Version: Version{1, 25, 5}}, stand{}), `
			stands
				id integer PRIMARY KEY AUTOINCREMENT`)
		same(t, migrate(t, gormAt(Version{1, 25, 4}), keyed{}), `
			keyeds
				id integer primary key
				a bigserial`)
	})
	t.Run("polymorphic by its parts", func(t *testing.T) {
		same(t, migrate(t, gormAt(Version{1, 25, 5}), parts{}, remark{}), `
			parts
				id bigserial
				key (id)
			remarks
				id bigserial
				ref bigint
				kind text
				parts_id bigint
				key (id)
				fk_parts_note (parts_id) -> parts (id)`)
		same(t, migrate(t, gormAt(Version{1, 25, 6}), parts{}, remark{}), `
			parts
				id bigserial
				key (id)
			remarks
				id bigserial
				ref bigint
				kind text
				parts_id bigint
				key (id)`)
	})
	t.Run("keys as the naming strategy names them", func(t *testing.T) {
		const want = "byNaming.Its: no foreign key is found for the relation to stand: GORM refuses the model"
		if got := problems(gormAt(Version{1, 31, 0}), byNaming{}); got != want {
			t.Errorf("got %q", got)
		}
		same(t, migrate(t, gormAt(Version{1, 31, 1}), byNaming{}), `
			stands
				id bigserial
				key (id)
			by_namings
				id bigserial
				stand_key bigint
				key (id)
				fk_by_namings_its (stand_key) -> stands (id)`)
	})
	t.Run("SQLite's driver", func(t *testing.T) {
		same(t, migrate(t, driverAt("sqlite", Version{1, 4, 4}), lite{}), `
			lites
				id integer
				at datetime
				key (id)`)
		same(t, migrate(t, driverAt("sqlite", Version{1, 5, 0}), lite{}), `
			lites
				id integer
				at time
				key (id)`)
		same(t, migrate(t, driverAt("sqlite", Version{1, 5, 4}), lite{}), `
			lites
				id integer PRIMARY KEY AUTOINCREMENT
				at time`)
	})
	t.Run("MySQL's driver", func(t *testing.T) {
		same(t, migrate(t, driverAt("mysql", Version{1, 4, 6}), dated{}), `
			dateds
				id bigint NOT NULL AUTO_INCREMENT NOT NULL
				at datetime(3) NULL
				key (id)`)
		same(t, migrate(t, driverAt("mysql", Version{1, 5, 4}), dated{}), `
			dateds
				id bigint AUTO_INCREMENT NOT NULL
				at datetime(3) NULL
				key (id)`)
		same(t, migrate(t, driverAt("mysql", Version{1, 5, 5}), dated{}), `
			dateds
				id bigint AUTO_INCREMENT NOT NULL
				at datetime NULL
				key (id)`)
	})
}

// priorityOf is the key that GORM puts first.
func priorityOf(c Config, m any) *Field {
	p := &parser{c: c, models: map[*Type]*model{}, joins: map[string]*model{}}
	return p.parse(types(m)[0]).priority
}

// TestOlderReleasesRefuse: what an older release panics at or writes wrongly is
// refused, with the release that does it right.
func TestOlderReleasesRefuse(t *testing.T) {
	type slash struct {
		ID int
		A  string `gorm:"default:a\\"`
	}
	type quote struct {
		ID int
		A  string `gorm:"default:it's"`
	}
	type double struct {
		ID int
		A  string `gorm:"default:a'b\"c"`
	}
	type remarked struct {
		ID int
		A  string `gorm:"comment:it's"`
	}
	type untyped struct {
		ID int
		N  int `gorm:"column:n;type:"`
	}
	for _, c := range []struct {
		name  string
		c     Config
		model any
		want  string
	}{
		{"a backslash at the end", Config{Dialect: "postgres", Version: Version{1, 31, 0}}, slash{}, "slash.A: the tag ends in a backslash: GORM before 1.31.1 panics"},
		{"a backslash at the end, now", Config{Dialect: "postgres", Version: Version{1, 31, 1}}, slash{}, ""},
		{"a quote in a default", Config{Dialect: "postgres", Version: Version{1, 25, 5}}, quote{}, "quote.A: default it's holds a quote that this version of GORM writes with a backslash: the migration fails"},
		{"a quote in a default, now", Config{Dialect: "postgres", Version: Version{1, 25, 6}}, quote{}, ""},
		{"a quote in a default of SQLite", Config{Dialect: "sqlite", Version: Version{1, 25, 5}}, quote{}, ""},
		{"a double quote in a default of SQLite", Config{Dialect: "sqlite", Version: Version{1, 25, 5}}, double{}, `double.A: default a'b"c holds a quote that this version of GORM writes with a backslash: the migration fails`},
		{"a quote in a comment", Config{Dialect: "postgres", Version: Version{1, 25, 5}}, remarked{}, "remarked.A: the comment holds a quote that this version of GORM writes with a backslash: the migration fails"},
		{"an empty type", Config{Dialect: "postgres", Version: Version{1, 25, 10}}, untyped{}, "untyped.N: int is neither a column nor a relation: GORM refuses the model"},
		{"an empty type, now", Config{Dialect: "postgres", Version: Version{1, 25, 11}}, untyped{}, ""}, // but no server takes it
		{"a quote in a comment of MySQL", Config{Dialect: "mysql", Version: Version{1, 25, 5}}, remarked{}, ""},
	} {
		if got := problems(c.c, c.model); got != c.want {
			t.Errorf("%s: got %q", c.name, got)
		}
	}
}

func TestVersionBefore(t *testing.T) {
	for _, c := range []struct {
		v    Version
		want bool
	}{{Version{}, false}, {Version{1, 25, 6}, true}, {Version{1, 25, 7}, false}, {Version{1, 24, 99}, true}, {Version{1, 26, 0}, false}, {Version{2, 0, 0}, false}, {Version{0, 99, 99}, true}} {
		if got := c.v.Before(1, 25, 7); got != c.want {
			t.Errorf("%v: got %t", c.v, got)
		}
	}
}
