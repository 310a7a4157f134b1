// Package fixed has types of a fixed length, for which bun has a column type
// in PostgreSQL alone; SQLite takes a column without one.
package fixed

import "github.com/google/uuid"

// All are the models in the order in which they are created.
func All() []any { return []any{(*Fixed)(nil), (*Keyed)(nil)} }

type Fixed struct {
	ID    int64 `bun:",pk"`
	UUID  uuid.UUID
	PUUID *uuid.UUID `bun:",notnull"`
	Null  uuid.NullUUID
	Hash  [32]byte `bun:",notnull"`
	Three [3]int   `bun:",default:'[]'"`
}

// Keyed has such a key.
type Keyed struct {
	ID uuid.UUID `bun:",pk"`
	X  int
}
