package schema

// Implied says what the models of some tables leave to rules of their ORM: what
// follows from a Go type or a convention and is stated nowhere. A table that is
// not in it states all that is wanted of it. It is knowledge about models beside
// the [Database] they describe, by the names of that.
type Implied map[Name]ImpliedTable

// An ImpliedTable is what is implied of one table. What is not in it is stated.
type ImpliedTable struct {
	PrimaryKey  bool                     // by convention: a field that is called ID
	Columns     map[string]ImpliedColumn // by name
	ForeignKeys map[string]bool          // names of those that follow from a relation alone
	Indexes     map[string]bool          // names of those that another module declares
	Names       map[string]bool          // names of indexes and constraints that nobody chose
}

// An ImpliedColumn is what is implied of one column.
type ImpliedColumn struct {
	Type    bool // from the Go type alone: no type, no size
	NotNull bool // NOT NULL as part of a key that counts up or of a primary key
	Default bool // nothing is said of a default, nor of counting up
}
