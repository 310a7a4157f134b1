package schema

// A Constraint is one of [PrimaryKey], [Unique], [ForeignKey], [Check],
// [Exclusion] (values, not pointers).
type Constraint interface {
	// ConstraintName is the constraint's name; empty where the dialect lets a
	// constraint have none (SQLite).
	ConstraintName() string
	// ConstraintPos is where it was declared.
	ConstraintPos() Pos
	constraint()
}

var _ = []Constraint{PrimaryKey{}, Unique{}, ForeignKey{}, Check{}, Exclusion{}}

// Derived, on each kind of constraint and on Index, says that the name follows
// from a naming rule and was not chosen by the user: then another name in the
// database is no difference. It is only set in models and never compared.

// A PrimaryKey is a table's PRIMARY KEY.
type PrimaryKey struct {
	Name    string   `json:"name,omitempty"`
	Derived bool     `json:"derived,omitempty"`
	Columns []string `json:"columns"`
	Include []string `json:"include,omitempty"` // covering columns (PostgreSQL)
	// WithoutOverlaps: rows equal in the other columns must not overlap in the last,
	// a range (PostgreSQL 18+).
	WithoutOverlaps bool   `json:"without_overlaps,omitempty"`
	Deferrable      bool   `json:"deferrable,omitempty"`
	Deferred        bool   `json:"deferred,omitempty"` // INITIALLY DEFERRED; implies Deferrable
	Comment         string `json:"comment,omitempty"`
	Pos             Pos    `json:"pos,omitzero"`
}

// A Unique is a UNIQUE constraint.
type Unique struct {
	Name             string   `json:"name,omitempty"`
	Derived          bool     `json:"derived,omitempty"`
	Columns          []string `json:"columns"`
	Include          []string `json:"include,omitempty"`
	NullsNotDistinct bool     `json:"nulls_not_distinct,omitempty"` // PostgreSQL 15+
	WithoutOverlaps  bool     `json:"without_overlaps,omitempty"`   // as of PrimaryKey
	Deferrable       bool     `json:"deferrable,omitempty"`
	Deferred         bool     `json:"deferred,omitempty"`
	Comment          string   `json:"comment,omitempty"`
	Pos              Pos      `json:"pos,omitzero"`
}

// An Action is what a foreign key does when the row it refers to goes or
// changes. NoAction is the empty string, as it is the default everywhere.
type Action string

const (
	NoAction   Action = ""
	Restrict   Action = "RESTRICT"
	Cascade    Action = "CASCADE"
	SetNull    Action = "SET NULL"
	SetDefault Action = "SET DEFAULT"
)

// A ForeignKey is a FOREIGN KEY constraint.
type ForeignKey struct {
	Name       string   `json:"name,omitempty"`
	Derived    bool     `json:"derived,omitempty"`
	Columns    []string `json:"columns"`
	RefTable   Name     `json:"ref_table"`
	RefColumns []string `json:"ref_columns"` // never empty in canonical form
	OnDelete   Action   `json:"on_delete,omitempty"`
	OnUpdate   Action   `json:"on_update,omitempty"`
	SetColumns []string `json:"set_columns,omitempty"` // ON DELETE SET NULL/DEFAULT (columns), PostgreSQL 15+
	MatchFull  bool     `json:"match_full,omitempty"`
	// Period: the last column, a range, must be covered by those of the rows it
	// refers to, whose key is WITHOUT OVERLAPS (PostgreSQL 18+).
	Period      bool   `json:"period,omitempty"`
	Deferrable  bool   `json:"deferrable,omitempty"`
	Deferred    bool   `json:"deferred,omitempty"`
	NotValid    bool   `json:"not_valid,omitempty"`
	NotEnforced bool   `json:"not_enforced,omitempty"` // PostgreSQL 18+; then NotValid is false, though no row was looked at
	Comment     string `json:"comment,omitempty"`
	Pos         Pos    `json:"pos,omitzero"`
}

// A Check is a CHECK constraint of a table or of one of its columns.
type Check struct {
	Name        string `json:"name,omitempty"`
	Derived     bool   `json:"derived,omitempty"`
	Expr        string `json:"expr"` // without the outer parentheses of CHECK (…)
	NotValid    bool   `json:"not_valid,omitempty"`
	NotEnforced bool   `json:"not_enforced,omitempty"` // as of ForeignKey
	NoInherit   bool   `json:"no_inherit,omitempty"`
	Comment     string `json:"comment,omitempty"`
	Pos         Pos    `json:"pos,omitzero"`
}

// An Exclusion is an EXCLUDE constraint (PostgreSQL).
type Exclusion struct {
	Name       string             `json:"name,omitempty"`
	Derived    bool               `json:"derived,omitempty"`
	Method     string             `json:"method"` // index access method
	Elements   []ExclusionElement `json:"elements"`
	Include    []string           `json:"include,omitempty"`
	Where      string             `json:"where,omitempty"`
	Deferrable bool               `json:"deferrable,omitempty"`
	Deferred   bool               `json:"deferred,omitempty"`
	Comment    string             `json:"comment,omitempty"`
	Pos        Pos                `json:"pos,omitzero"`
}

// An ExclusionElement is one `key WITH operator`.
type ExclusionElement struct {
	Key      IndexKey `json:"key"`
	Operator string   `json:"operator"` // "=", "&&", or "OPERATOR(schema.op)" where the name alone does not find it
}

func (c PrimaryKey) ConstraintName() string { return c.Name }
func (c Unique) ConstraintName() string     { return c.Name }
func (c ForeignKey) ConstraintName() string { return c.Name }
func (c Check) ConstraintName() string      { return c.Name }
func (c Exclusion) ConstraintName() string  { return c.Name }

func (c PrimaryKey) ConstraintPos() Pos { return c.Pos }
func (c Unique) ConstraintPos() Pos     { return c.Pos }
func (c ForeignKey) ConstraintPos() Pos { return c.Pos }
func (c Check) ConstraintPos() Pos      { return c.Pos }
func (c Exclusion) ConstraintPos() Pos  { return c.Pos }

func (PrimaryKey) constraint() {}
func (Unique) constraint()     {}
func (ForeignKey) constraint() {}
func (Check) constraint()      {}
func (Exclusion) constraint()  {}
