package autogen_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/gen-migrate/gen/autogen"
	"github.com/gen-migrate/gen/diff"
)

// A program leaves tables of another team alone, and adds a statement of its
// own to each new table.
func ExampleProject_Draft() {
	dir, done := exampleProject()
	defer done()
	ctx := context.Background()

	p, err := autogen.Open(autogen.Options{Dir: dir})
	if err != nil {
		log.Fatal(err)
	}
	draft, err := p.Draft(ctx, autogen.DraftOptions{Message: "first", ID: "48461cebf2b8"}, func(p *autogen.Plan) error {
		p.Drop(func(c diff.Change) bool {
			return strings.HasPrefix(diff.TableOf(c).Local, "billing_")
		})
		for _, c := range p.Changes {
			if t, ok := c.Value.(diff.CreateTable); ok {
				p.Statements = append(p.Statements, autogen.Statement{
					SQL:     "INSERT INTO known_tables VALUES ('" + t.Table.Name.Local + "')",
					Comment: []string{"the reports look there"},
				})
			}
		}
		return nil
	})
	if err != nil {
		log.Fatal(err, autogen.Hint(err))
	}
	for _, e := range draft.Edits {
		fmt.Println(e)
	}
	_, body, _ := strings.Cut(string(draft.Text), "-- gen:up\n")
	fmt.Print(body)
	if _, err := draft.Write(ctx); err != nil {
		log.Fatal(err)
	}
	// Output:
	// left out: + table billing_items 1 column
	// added: INSERT INTO known_tables VALUES ('orders')
	// -- edited by the program:
	// --   left out: + table billing_items 1 column
	// --   added: INSERT INTO known_tables VALUES ('orders')
	// -- + table orders 2 columns                     models/models.go:4 Order
	// CREATE TABLE orders (
	//     id integer PRIMARY KEY,
	//     note text
	// );
	//
	// -- the reports look there
	// INSERT INTO known_tables VALUES ('orders');
	//
	// -- gen:down
	// -- gen:loses all rows of orders
	// -- - table orders 2 columns
	// --   loses data: all rows of orders
	// --   hazard DATA01: table orders is dropped with its rows
	// DROP TABLE orders;
}

// exampleProject makes a project on SQLite in a directory of its own.
func exampleProject() (dir string, done func()) {
	dir, err := os.MkdirTemp("", "autogen")
	if err != nil {
		log.Fatal(err)
	}
	for name, text := range map[string]string{
		"go.mod":          "module example.com/app\n\ngo 1.22\n",
		"gen.toml":        "models = [\"./models\"]\n",
		"migrations/keep": "",
		"models/models.go": `package models

//gen:table orders
type Order struct {
	ID   int64 ` + "`gen:\"pk\"`" + `
	Note *string
}

//gen:table billing_items
type Item struct {
	ID int64 ` + "`gen:\"pk\"`" + `
}
`,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			log.Fatal(err)
		}
	}
	return dir, func() { os.RemoveAll(dir) }
}
