package postgres

import (
	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
)

// changeHazards are those that follow from the change itself, on any product.
func changeHazards(c diff.Change) []render.Hazard { return nil }
