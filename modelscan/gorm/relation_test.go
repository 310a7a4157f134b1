package gorm

import "testing"

// The models of the tests below; each type is one side of one rule.
type (
	company struct {
		ID   string `gorm:"type:char(8)"`
		Name string
	}
	worker struct {
		ID        uint
		CompanyID string
		Company   company
		Badge     badge
		Tools     []tool `gorm:"constraint:OnDelete:SET NULL,OnUpdate:CASCADE"`
		ManagerID *uint
		Manager   *worker
		Reports   []worker `gorm:"foreignKey:ManagerID"`
	}
	badge struct {
		ID       int
		WorkerID int32
	}
	tool struct {
		ID       int
		WorkerID string
		Worker   *worker
	}
)

// TestRelations: belongs to, has one, has many; both sides declared; to itself.
// The foreign key takes the type of the key, and its size where it has none.
// (schema/relationship.go guessRelation, ParseConstraint)
func TestRelations(t *testing.T) {
	same(t, migrate(t, Config{Dialect: "postgres"}, worker{}, badge{}, tool{}), `
		companies
			id char(8)
			name text
			key (id)
		workers
			id bigserial
			company_id char(8)
			manager_id bigint
			key (id)
			fk_workers_company (company_id) -> companies (id)
			fk_workers_reports (manager_id) -> workers (id)
		badges
			id bigserial
			worker_id bigint
			key (id)
			fk_workers_badge (worker_id) -> workers (id)
		tools
			id bigserial
			worker_id bigint
			key (id)
			fk_workers_tools (worker_id) -> workers (id) on delete SET NULL on update CASCADE`)
}

// TestWithoutRelations: DisableForeignKeyConstraintWhenMigrating leaves tables
// that others refer to in the list, IgnoreRelationshipsWhenMigrating does not.
func TestWithoutRelations(t *testing.T) {
	type owner struct {
		ID        int
		CompanyID string
		Company   company
	}
	same(t, migrate(t, Config{Dialect: "postgres", DisableForeignKeys: true}, owner{}), `
		companies
			id char(8)
			name text
			key (id)
		owners
			id bigserial
			company_id char(8)
			key (id)`)
	same(t, migrate(t, Config{Dialect: "postgres", IgnoreRelations: true}, owner{}), `
		owners
			id bigserial
			company_id char(8)
			key (id)`)
}

type (
	student struct {
		ID      uint16
		Courses []course   `gorm:"many2many:enrolments;constraint:OnDelete:CASCADE"`
		Friends []*student `gorm:"many2many:friends"`
	}
	course struct {
		Code     string    `gorm:"primaryKey;size:8;comment:the code"`
		Students []student `gorm:"many2many:enrolments"`
	}
	tagged struct {
		ID   int
		Tags []tag2 `gorm:"many2many:TaggedThing;foreignKey:ID;joinForeignKey:ThingRef;references:Slug;joinReferences:TagSlug"`
	}
	tag2 struct {
		ID   int
		Slug string `gorm:"uniqueIndex;size:50"`
	}
)

// TestManyToMany: the join table has the keys of both sides as its key; declared
// on both sides, the side that is read last wins, options included.
// (schema/relationship.go buildMany2ManyRelation)
func TestManyToMany(t *testing.T) {
	same(t, migrate(t, Config{Dialect: "postgres"}, student{}, tagged{}), `
		students
			id serial
			key (id)
		friends
			student_id integer
			friend_id integer
			key (student_id, friend_id)
			fk_friends_student (student_id) -> students (id)
			fk_friends_friends (friend_id) -> students (id)
		courses
			code varchar(8) -- the code
			key (code)
		enrolments
			course_code varchar(8) -- the code
			student_id integer
			key (course_code, student_id)
			fk_enrolments_course (course_code) -> courses (code)
			fk_enrolments_student (student_id) -> students (id)
		taggeds
			id bigserial
			key (id)
		tag2
			id bigserial
			slug varchar(50)
			key (id)
			UNIQUE index idx_tag2_slug (slug)
		tagged_things
			thing_ref bigint
			tag_slug varchar(50)
			key (thing_ref, tag_slug)
			fk_tagged_things_tagged (thing_ref) -> taggeds (id)
			fk_tagged_things_tag2 (tag_slug) -> tag2 (slug)`)
}

type (
	comment struct {
		ID        int
		OwnerID   string
		OwnerType string `gorm:"size:9"`
	}
	post struct {
		ID       uint8
		Comments []comment `gorm:"polymorphic:Owner"`
	}
	film struct {
		ID      int
		Comment comment `gorm:"polymorphicType:OwnerType;polymorphicId:OwnerID;polymorphicValue:movies"`
	}
)

// TestPolymorphic: no foreign key; the id has the type of the last key that
// asks for it. (schema/relationship.go buildPolymorphicRelation)
func TestPolymorphic(t *testing.T) {
	same(t, migrate(t, Config{Dialect: "postgres"}, post{}, film{}, comment{}), `
		posts
			id smallserial
			key (id)
		films
			id bigserial
			key (id)
		comments
			id bigserial
			owner_id smallint
			owner_type varchar(9)
			key (id)`)
}

type (
	contact struct {
		CompanyID string
		Company   company
	}
	client struct {
		ID int
		Contact
		Home contact `gorm:"embedded;embeddedPrefix:home_"`
	}
	Contact struct {
		CompanyID string
		Company   company `gorm:"constraint:by_name,OnDelete:CASCADE"`
		Skipped   company `gorm:"-:migration;foreignKey:CompanyID"`
		Free      company `gorm:"constraint:-;foreignKey:CompanyID"`
	}
)

// TestEmbeddedRelations: a relation in an embedded struct finds its key beside
// it; the one that is read last has the name. constraint:- and -:migration make
// no foreign key. (schema/relationship.go setRelation)
func TestEmbeddedRelations(t *testing.T) {
	same(t, migrate(t, Config{Dialect: "postgres"}, client{}), `
		companies
			id char(8)
			name text
			key (id)
		clients
			id bigserial
			company_id char(8)
			home_company_id char(8)
			key (id)
			fk_clients_company (home_company_id) -> companies (id)`)
}

type (
	lost struct {
		ID   int
		Home company
	}
	bag struct {
		ID    int
		Items map[string]int
	}
	list struct {
		ID    int
		Items []string
	}
	missing struct {
		ID    int
		Items []comment `gorm:"polymorphic:Nobody"`
	}
	wrongKey struct {
		ID    int
		Items []tag2 `gorm:"many2many:x;foreignKey:Nothing"`
	}
	nothing struct {
		Items []tag2 `gorm:"many2many:nothing_tags"`
	}
	anonymous struct {
		ID int
		At struct{ X, Y int }
	}
)

// TestRefusedRelations: what GORM refuses to parse.
func TestRefusedRelations(t *testing.T) {
	for _, c := range []struct {
		name  string
		model any
		want  string
	}{
		{"no key", lost{}, "lost.Home: no foreign key is found for the relation to company: GORM refuses the model"},
		{"a map", bag{}, "bag.Items: map is neither a column nor a relation: GORM refuses the model"},
		{"a slice of texts", list{}, "list.Items: []string is neither a column nor a relation: GORM refuses the model"},
		{"polymorphic without fields", missing{}, "missing.Items: polymorphic relation: comment has no field NobodyType\nmissing.Items: polymorphic relation: comment has no field NobodyID"},
		{"a key that is not there", wrongKey{}, "wrongKey.Items: wrongKey has no field Nothing"},
		{"a join table without a key on one side", nothing{}, "nothing.Items: many2many:nothing_tags: nothing has no key that the join table could refer to: GORM panics"},
		{"an anonymous struct", anonymous{}, "anonymous.At: an anonymous struct is no model"},
	} {
		if got := problems(Config{Dialect: "postgres"}, c.model); got != c.want {
			t.Errorf("%s: got %q", c.name, got)
		}
	}
}
