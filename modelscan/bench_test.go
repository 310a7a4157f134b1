package modelscan

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/dialect"
)

// BenchmarkScan reads generated models through the go command, as gen does.
func BenchmarkScan(b *testing.B) {
	for _, n := range []int{100, 1000, 5000} {
		b.Run(fmt.Sprintf("models=%d", n), func(b *testing.B) {
			dir := b.TempDir()
			writeModels(b, dir, n)
			b.ReportAllocs()
			for b.Loop() {
				res, err := Scan(context.Background(), Options{Dir: dir, Patterns: []string{"./models"}, Dialect: dialect.Postgres()})
				if err != nil {
					b.Fatal(err)
				}
				if len(res.Database.Tables) != n {
					b.Fatalf("%d tables, want %d", len(res.Database.Tables), n)
				}
			}
		})
	}
}

// BenchmarkScanWithoutGo is the same without the run of the go command.
func BenchmarkScanWithoutGo(b *testing.B) {
	for _, n := range []int{100, 1000, 5000} {
		b.Run(fmt.Sprintf("models=%d", n), func(b *testing.B) {
			dir := b.TempDir()
			writeModels(b, dir, n)
			for b.Loop() {
				if _, err := Scan(context.Background(), Options{Dir: dir, Patterns: []string{"./models"}, Dialect: dialect.Postgres(), withoutGo: true}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// writeModels writes a module with n models, twenty in a file, each with
// eleven columns, a method with a body, an index and a reference.
func writeModels(tb testing.TB, dir string, n int) {
	write := func(name, text string) {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	write("go.mod", "module example.org/app\n\ngo 1.24\n")
	write("base/base.go", "package base\n\nimport \"time\"\n\ntype Base struct {\n\tID int64 `db:\"id\" gen:\"pk;identity\"`\n\tCreatedAt time.Time `db:\"created_at\" gen:\"default:now()\"`\n}\n")
	write("models/status.go", "package models\n\n//gen:enum status\ntype Status string\n\nconst (\n\tStatusNew Status = \"new\"\n\tStatusOld Status = \"old\"\n)\n")
	for first := 0; first < n; first += 20 {
		var b strings.Builder
		b.WriteString("package models\n\nimport (\n\t\"database/sql\"\n\t\"time\"\n\n\t\"example.org/app/base\"\n)\n\nvar _ = time.Now\nvar _ sql.NullBool\n")
		for i := first; i < min(first+20, n); i++ {
			fmt.Fprintf(&b, `
// Model%[1]d is number %[1]d.
//
//gen:table models_%[1]d
//gen:index (name, created_at desc) where status = 'new'
type Model%[1]d struct {
	base.Base
	ParentID *int64         `+"`db:\"parent_id\" gen:\"ref:Model%[2]d;ondelete:set null;index\"`"+`
	Name     string         `+"`db:\"name\" gen:\"size:255;unique\"`"+`
	Status   Status         `+"`db:\"status\" gen:\"default:'new'\"`"+`
	Note     sql.NullString `+"`db:\"note\"`"+`
	Total    string         `+"`db:\"total\" gen:\"type:numeric(12,2);default:0;check:total >= 0\"`"+`
	Seen     *time.Time     `+"`db:\"seen\"`"+`
	Count    int32          `+"`db:\"count\"`"+`
	Flag     bool           `+"`db:\"flag\" gen:\"default:false\"`"+`
	Data     []byte         `+"`db:\"data\"`"+`
}

// Describe says what the model is.
func (m *Model%[1]d) Describe() string {
	if m.Flag {
		return "flagged: " + m.Name
	}
	for range m.Count {
		m.Name += "}"
	}
	return m.Name
}
`, i, i/2)
		}
		write(fmt.Sprintf("models/models_%d.go", first/20), b.String())
	}
}
