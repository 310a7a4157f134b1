package postgres_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/render/postgres"
	"github.com/gen-migrate/gen/schema"
)

var update = flag.Bool("update", false, "write the catalogs and statements of the cases anew; needs servers")

// TestGolden renders each case without a server, from the catalogs that
// -update wrote down: the statements with their comments are up.sql, those of
// the way back down.sql.
func TestGolden(t *testing.T) {
	for _, c := range readCases(t) {
		t.Run(c.name, func(t *testing.T) {
			if *update {
				c.updateCatalogs(t)
			}
			forth, err := diff.Diff(c.database(t, "from.json"), c.database(t, "to.json"), c.renames)
			if err != nil {
				t.Fatal(err)
			}
			c.golden(t, "up.sql", script(t, forth, c.since*10000))
			c.golden(t, "down.sql", script(t, forth.Reverse(), c.since*10000))
			if *update {
				if err := os.WriteFile(c.path, txtar.Format(c.archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// script is the plan as it stands in a revision file, but for the steps.
func script(t *testing.T, p diff.Plan, version int) string {
	t.Helper()
	statements, err := postgres.Render(p, render.Options{ServerVersion: version})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i, st := range statements {
		comment := comment(st)
		if i > 0 && len(comment) > 0 {
			b.WriteString("\n")
		}
		for _, line := range comment {
			b.WriteString("-- " + line + "\n")
		}
		b.WriteString(st.SQL + ";\n")
	}
	return b.String()
}

// comment is render.Comment with each change cut down to its object: what more
// is said of it is up to package diff, and tested there.
func comment(st render.Statement) []string {
	var lines []string
	tell := func(c diff.Change) {
		l := diff.Describe(c)
		lines = append(lines, l.Sign+" "+l.Object)
	}
	if st.First {
		tell(st.Change)
	}
	for _, c := range st.Also {
		tell(c)
	}
	return append(lines, render.Comment(st)[len(lines):]...)
}

func (c evolveCase) file(name string) *txtar.File {
	i := slices.IndexFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == name })
	if i < 0 {
		c.archive.Files = append(c.archive.Files, txtar.File{Name: name})
		i = len(c.archive.Files) - 1
	}
	return &c.archive.Files[i]
}

func (c evolveCase) golden(t *testing.T, name, got string) {
	t.Helper()
	f := c.file(name)
	if *update {
		f.Data = []byte(got)
	}
	if d := cmp.Diff(string(f.Data), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

func (c evolveCase) database(t *testing.T, name string) *schema.Database {
	t.Helper()
	db := &schema.Database{}
	d := json.NewDecoder(bytes.NewReader(c.file(name).Data))
	d.DisallowUnknownFields()
	if err := d.Decode(db); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return db
}

// updateCatalogs reads both databases from the oldest server that has all of
// the case.
func (c evolveCase) updateCatalogs(t *testing.T) {
	t.Helper()
	major := max(c.since, 15)
	c.file("from.json").Data = compact(t, catalogOf(t, newDatabase(t, major, c.from)).db)
	c.file("to.json").Data = compact(t, catalogOf(t, newDatabase(t, major, c.to)).db)
}

// compact is JSON with one object of the schema on a line.
func compact(t *testing.T, db *schema.Database) []byte {
	t.Helper()
	var lists map[string][]json.RawMessage
	all, err := json.Marshal(db)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(all, &lists); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	b.WriteString("{")
	first := true
	for _, key := range []string{"schemas", "enums", "sequences", "tables", "unmanaged"} {
		if len(lists[key]) == 0 {
			continue
		}
		if !first {
			b.WriteString(",")
		}
		first = false
		b.WriteString("\n\"" + key + "\": [\n")
		b.Write(bytes.Join(rawBytes(lists[key]), []byte(",\n")))
		b.WriteString("\n]")
	}
	b.WriteString("\n}\n")
	return b.Bytes()
}

func rawBytes(list []json.RawMessage) [][]byte {
	out := make([][]byte, len(list))
	for i, raw := range list {
		out[i] = raw
	}
	return out
}
