// Package comments has comments of columns and tables.
package comments

// All are the models in the order of Sync.
func All() []any { return []any{new(commented)} }

// commented is a model that is not exported.
type commented struct {
	Id int64  `xorm:"pk autoincr comment('the key')"`
	A  string `xorm:"comment('a, b (c)')"`
	B  string `xorm:"comment(bare)"`
	C  string `xorm:"comment(one, two)"`
	D  string `xorm:"comment"`
	E  string `xorm:"comment('it''s')"`
}

func (commented) TableComment() string { return "what is " + said }

const said = "said"
