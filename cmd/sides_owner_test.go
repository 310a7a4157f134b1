package cmd

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/schema"
)

// What the role of the scratch has made belongs to it because nobody said whose it
// is; what a file gives to another role belongs to that.
func TestFilesSayNothingOfTheOwnerThatTheScratchHas(t *testing.T) {
	on := func(name string) schema.Ref {
		return schema.Ref{Kind: schema.RefTable, Name: schema.Name{Schema: "public", Local: name}}
	}
	db := &schema.Database{Reader: "scratch", Access: []schema.Access{{On: on("a"), Owner: "scratch"}, {On: on("b"), Owner: "app"}}}
	leaveOwnersOpen(db)
	want := []schema.Access{{On: on("a")}, {On: on("b"), Owner: "app"}}
	if d := cmp.Diff(want, db.Access); d != "" {
		t.Error(d)
	}
}
