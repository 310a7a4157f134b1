// Package calls has models that are migrated one by one. In one call GORM fails
// at them on PostgreSQL: it creates Kid first, with a foreign key to Parent.
package calls

// All are the models in the order of the calls.
func All() []any { return []any{&Kid{}, &Parent{}, &Later{}} }

// Kid comes before its Parent, and does not know it: there is no foreign key.
type Kid struct {
	ID       int
	ParentID int
}

type Parent struct {
	ID   int
	Kids []Kid
}

// Later refers to Kid, which makes the third call look at it again: now the
// foreign key is known.
type Later struct {
	ID    int
	KidID int
	Kid   Kid
}
