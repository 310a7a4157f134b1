package postgres

import (
	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

func (r *renderer) createSchema(c diff.CreateSchema) {
	r.add(render.Statement{SQL: "CREATE SCHEMA " + r.Ident(c.Schema.Name)})
	if c.Schema.Comment != "" {
		r.commentSchema(c.Schema)
	}
}

func (r *renderer) dropSchema(c diff.DropSchema) {
	r.add(render.Statement{SQL: "DROP SCHEMA " + r.Ident(c.Schema.Name)})
}

func (r *renderer) alterSchema(c diff.AlterSchema) { r.commentSchema(c.To) }

func (r *renderer) commentSchema(s schema.Schema) {
	r.comment("SCHEMA "+r.Ident(s.Name), s.Comment)
}
