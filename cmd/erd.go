package cmd

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/erd"
	"github.com/gen-migrate/gen/schema"
)

type erdOptions struct {
	app *app

	from   string
	tables []string
	around string
	depth  int
	output string

	compareOptions // for --scratch alone
}

func newErdCmd(a *app) *cobra.Command {
	o := &erdOptions{app: a}
	c := &cobra.Command{
		Use:   "erd",
		Short: "Draw the schema: tables, columns and foreign keys",
		Long: `Draws a schema, as SVG unless --format or the name of --output says otherwise:

  svg      a picture, for light and dark pages
  html     one page that needs no other: search, zoom, the neighbours of a table
  mermaid  an erDiagram, for pages that draw it themselves
  json     boxes and lines with their places

--from is one of the sides of gen diff (models, database, URL, revisions[@REV],
PATH); without it the models, and where no struct is a table, the database.
Partitions are folded into their table. What is no table, no enum and no foreign
key is not drawn, and told.`,
		Example: `  gen erd > schema.svg
  gen erd -o schema.html
  gen erd --from database --format mermaid
  gen erd --tables 'order*,invoice*'
  gen erd --around users --depth 2 -o users.svg
  gen erd --from revisions@head-1 -o before.html`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("depth") && o.around == "" {
				return withHint(errors.New("--depth counts from a table, and there is none"), "add --around TABLE")
			}
			return runErd(cmd.Context(), o, cmd.Flags().Changed("format"))
		},
	}
	f := c.Flags()
	f.StringVar(&o.from, "from", "", "what is drawn: `SIDE` as of gen diff (default models, else the database)")
	f.StringSliceVar(&o.tables, "tables", nil, "only tables whose name fits the `GLOB`, as shop_* or billing.* (repeatable)")
	f.StringVar(&o.around, "around", "", "only this `TABLE` and those near it")
	f.IntVar(&o.depth, "depth", 1, "how many foreign keys away from it")
	f.StringVarP(&o.output, "output", "o", "", "write to this `FILE`; .svg, .html, .mmd and .json say the format")
	o.addScratch(f)
	return c
}

func runErd(ctx context.Context, o *erdOptions, formatGiven bool) error {
	a := o.app
	format, err := o.format(formatGiven)
	if err != nil {
		return err
	}
	if o.depth < 0 {
		return withHint(fmt.Errorf("--depth %d: there is nothing nearer than 0", o.depth), "0 is the table alone")
	}
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	db, what, err := o.schema(ctx, c)
	if err != nil {
		return err
	}
	d, err := o.diagram(db)
	if err != nil {
		return err
	}
	picture, err := drawn(d, format, "Schema of "+what)
	if err != nil {
		return err
	}
	if len(d.Undrawn) > 0 {
		a.say("Not drawn: %s.", strings.Join(d.Undrawn, ", "))
	}
	if o.output == "" {
		_, err := a.stdout.Write(picture)
		return err
	}
	if err := os.WriteFile(a.path(o.output), picture, 0o644); err != nil {
		return err
	}
	a.say("%s %s", a.paintErr("wrote", green), o.output)
	return nil
}

// format is what --format says, else the name of the file, else svg.
func (o *erdOptions) format(given bool) (string, error) {
	if given && o.app.globals.format == "text" {
		return "", withHint(errors.New("--format text: a diagram is svg, html, mermaid or json"), "mermaid is text that other programs draw")
	}
	if given {
		return o.app.globals.format, nil
	}
	ext := strings.ToLower(filepath.Ext(o.output))
	format, known := map[string]string{"": "svg", ".svg": "svg", ".html": "html", ".htm": "html", ".mmd": "mermaid", ".mermaid": "mermaid", ".json": "json"}[ext]
	if !known {
		return "", withHint(fmt.Errorf("--output %s does not say in which format", o.output), "add --format svg, html, mermaid or json")
	}
	return format, nil
}

// schema is what is drawn, and what it is called.
func (o *erdOptions) schema(ctx context.Context, c *config) (*schema.Database, string, error) {
	a := o.app
	if o.from == "" {
		err := errors.New("there is no Go module here")
		if a.inModule() {
			var db *schema.Database
			db, _, err = a.wantedSchema(ctx, c)
			var none *noTablesError
			if !errors.As(err, &none) {
				return db, "the models", err
			}
			err = none
		}
		a.say("%s: drawing the database.", err)
	}
	from := cmp.Or(o.from, "database")
	s, err := a.parseSide(c, "from", from)
	if err != nil {
		return nil, "", err
	}
	if s.kind == ofModels {
		db, _, err := a.wantedSchema(ctx, c)
		return db, "the models", err
	}
	place, err := a.scratchPlace(c, o.scratch, s)
	if err != nil {
		return nil, "", err
	}
	defer place.close()
	db, err := a.schemaAt(ctx, c, s, place)
	return db, a.redact(from), err
}

// inModule reports whether the working directory lies in a Go module: only there
// can be models.
func (a *app) inModule() bool {
	dir, err := filepath.Abs(a.path("."))
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return true
		}
		if filepath.Dir(dir) == dir {
			return false
		}
		dir = filepath.Dir(dir)
	}
	return false
}

// diagram draws what the flags choose.
func (o *erdOptions) diagram(db *schema.Database) (*erd.Diagram, error) {
	d, err := erd.New(db, erd.Options{Tables: o.tables, Around: tableCalled(db, o.around), Depth: o.depth})
	var none *erd.NoTableError
	switch {
	case errors.As(err, &none) && len(none.Found) > 0:
		return nil, withHint(fmt.Errorf("--around: %w", err), "write --around "+none.Found[0].String())
	case errors.As(err, &none):
		names := make([]string, len(db.Tables))
		for i, t := range db.Tables {
			names[i] = t.Name.Local
		}
		near := nearest(o.around, names)
		hint := "gen erd --format json lists the tables"
		if near != "" {
			hint = "did you mean " + near + "?"
		}
		return nil, withHint(fmt.Errorf("--around: %w", err), hint)
	case err != nil:
		return nil, withHint(fmt.Errorf("--tables: %w", err), `* stands for any letters, ? for one, [ab] for one of these; \ before one of them means the letter itself`)
	case len(o.tables) > 0 && len(d.Boxes) == 0:
		return nil, withHint(fmt.Errorf("--tables %s: no table is called so", strings.Join(o.tables, ",")), "quote patterns for the shell: --tables 'order*'")
	}
	return d, nil
}

// tableCalled is the name that is meant by text: with a schema before the dot,
// unless a table has the dot in its name.
func tableCalled(db *schema.Database, text string) schema.Name {
	space, local, dotted := strings.Cut(text, ".")
	if !dotted || slices.ContainsFunc(db.Tables, func(t schema.Table) bool { return t.Name.Local == text }) {
		return schema.Name{Local: text}
	}
	return schema.Name{Schema: space, Local: local}
}

// drawn is a diagram in one of the formats.
func drawn(d *erd.Diagram, format, title string) ([]byte, error) {
	switch format {
	case "html":
		return d.HTML(title)
	case "mermaid":
		return d.Mermaid(), nil
	case "json":
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		err := enc.Encode(d)
		return b.Bytes(), err
	}
	return d.SVG(), nil
}
