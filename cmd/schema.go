package cmd

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

type schemaOptions struct {
	app *app

	database bool
}

func newSchemaCmd(a *app) *cobra.Command {
	o := &schemaOptions{app: a}
	c := &cobra.Command{
		Use:   "schema",
		Short: "Print the schema the models describe, as SQL or JSON",
		Long: `Prints what the models say, as the SQL that creates it in an empty database or,
with --format json, as the values gen compares. Without --database no
connection is made; the URL only tells the dialect.`,
		Example: "  gen schema\n  gen schema --url postgres://   # PostgreSQL's view of the models\n  gen schema --database          # what the live database holds\n  gen schema --format json",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return runSchema(cmd.Context(), o) },
	}
	c.Flags().BoolVar(&o.database, "database", false, "read the live database instead of the models")
	return c
}

func runSchema(ctx context.Context, o *schemaOptions) error {
	a := o.app
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	var (
		db  *schema.Database
		row dialectRow
	)
	if o.database {
		db, row, err = a.liveSchema(ctx, c)
	} else {
		db, row, err = a.wantedSchema(ctx, c)
	}
	if err != nil {
		return err
	}
	if a.globals.format == "json" {
		a.allHere(reflect.ValueOf(db))
		return a.printJSON(db)
	}
	return a.printSchema(row, db)
}

func (a *app) wantedSchema(ctx context.Context, c *config) (*schema.Database, dialectRow, error) {
	u, err := a.databaseURL(c)
	if err != nil {
		return nil, dialectRow{}, err
	}
	row, err := dialectOf(u)
	if err != nil {
		return nil, row, err
	}
	res, err := a.scan(ctx, c, row)
	if err != nil {
		return nil, row, err
	}
	a.warn(res)
	if err := requireTables(c, res); err != nil || !row.alone {
		return &res.Database, row, err
	}
	want, _, err := row.canonical(ctx, nil, &res.Database, &schema.Database{}, serverInfo{})
	return want, row, a.refused(err)
}

func (a *app) liveSchema(ctx context.Context, c *config) (*schema.Database, dialectRow, error) {
	db, err := a.openDatabase(ctx, c, reading)
	if err != nil {
		return nil, dialectRow{}, err
	}
	defer db.close()
	have, _, err := db.inspect(ctx, c)
	if err != nil {
		return nil, db.row, err
	}
	ignore(have, c)
	for _, o := range have.Unmanaged {
		a.say("not managed: %s", unmanagedText(o))
	}
	return have, db.row, nil
}

// anyVersion is newer than every server: what the models say is printed whole,
// whichever server it will meet.
const anyVersion = math.MaxInt32

func (a *app) printSchema(row dialectRow, db *schema.Database) error {
	// The default schema is there in a new database, whatever it is like.
	empty := &schema.Database{}
	if row.DefaultSchema != "" {
		there := schema.Schema{Name: row.DefaultSchema}
		empty.Schemas = append(empty.Schemas, there)
		db.Schemas = slices.DeleteFunc(db.Schemas, func(s schema.Schema) bool { return s.Name == there.Name })
		db.Schemas = append(db.Schemas, there)
		db.Sort()
	}
	plan, err := diff.Diff(empty, db, diff.Renames{})
	if err != nil {
		return err
	}
	statements, err := row.render(plan, render.Options{ServerVersion: anyVersion})
	if err != nil {
		return a.refused(err)
	}
	for i, s := range statements {
		if i > 0 {
			a.printf("\n")
		}
		a.printf("%s;\n", s.SQL)
	}
	return nil
}

// unmanagedText names an object as a person would.
func unmanagedText(o schema.Object) string {
	if !o.Table.IsZero() && o.Table != o.Name {
		return fmt.Sprintf("%s %s on %s", o.Kind, o.Name, o.Table)
	}
	return fmt.Sprintf("%s %s", o.Kind, o.Name)
}
