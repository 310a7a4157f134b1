// Package indexes has a model for each rule about indexes.
package indexes

import "xorm.io/xorm/schemas"

// All are the models in the order of Sync.
func All() []any {
	return []any{new(Plain), new(Grouped), new(Named), new(Given), new(Method), new(Literals), new(Long), new(Qualified), new(Lists)}
}

// Plain indexes are named after table and column.
type Plain struct {
	Id int64
	A  string `xorm:"index"`
	B  string `xorm:"unique"`
	C  string `xorm:"index unique"`
	D  string `xorm:"index 'other'"`
	E  string `xorm:"INDEX index(e) unique(ue)"`
}

// Grouped: columns of the same name are one index, in the order of fields.
type Grouped struct {
	Id int64
	A  string `xorm:"index(ab) unique(s)"`
	B  string `xorm:"unique(s) index(ab)"`
	C  string `xorm:"unique(s) notnull"`
	D  string `xorm:"index(ab)"`
}

// Named: a name that says what it is stays as it is.
type Named struct {
	Id int64
	A  string `xorm:"index(IDX_mine)"`
	B  string `xorm:"unique(UQE_mine)"`
	C  string `xorm:"unique(IDX_odd)"`
	D  string `xorm:"index('quoted')"`
}

// Given: of two kinds of one name the first counts.
type Given struct {
	Id int64
	A  string `xorm:"index(x)"`
	B  string `xorm:"unique(x)"`
	C  string `xorm:"index(y) unique(y)"`
}

// Method says indexes in code.
type Method struct {
	Id        int64
	RepoID    int64 `xorm:"INDEX"`
	UserID    int64 `xorm:"index(r_u)"`
	IsDeleted bool  `xorm:"INDEX NOT NULL DEFAULT false"`
}

const repo = "repo_i_d"

// TableIndices as programs write it.
func (m *Method) TableIndices() []*schemas.Index {
	repoIndex := schemas.NewIndex("r_d", schemas.IndexType)
	repoIndex.AddColumn(repo, "is_deleted")
	repoIndex.AddColumn("id")

	same := schemas.NewIndex("r_u", schemas.UniqueType)
	same.AddColumn("user_i_d", "repo_i_d")

	indices := []*schemas.Index{repoIndex, same}
	return indices
}

// Literals says them as literals.
type Literals struct {
	Id int64
	A  string
	B  string
}

// TableIndices returns literals.
func (Literals) TableIndices() []*schemas.Index {
	return []*schemas.Index{
		{Name: "a", Type: schemas.UniqueType, Cols: []string{"a"}},
		&schemas.Index{IsRegular: true, Name: "IDX_whole", Type: schemas.IndexType, Cols: []string{"b", "a"}},
	}
}

// Lists appends.
type Lists struct {
	Id int64
	A  string
}

// TableIndices appends.
func (*Lists) TableIndices() []*schemas.Index {
	var list []*schemas.Index
	list = append(list, schemas.NewIndex("one", schemas.IndexType))
	list[0].AddColumn("a")
	return list
}

// Long names are cut by the server.
type Long struct {
	Id int64
	A  string `xorm:"index(an_index_with_a_name_that_is_longer_than_sixty_three_bytes_in_all)"`
}

// Qualified has a method that names the table.
type Qualified struct {
	Id int64
	A  string `xorm:"index"`
}

// TableName has capitals.
func (*Qualified) TableName() string { return "Qualified_Table" }
