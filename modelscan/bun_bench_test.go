package modelscan

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/dialect"
)

// BenchmarkScanBun reads 200 models of bun with 25 tagged fields each: it is to
// take less than three seconds.
func BenchmarkScanBun(b *testing.B) {
	var src strings.Builder
	src.WriteString("package m\n\nimport (\n\t\"time\"\n\t\"github.com/uptrace/bun\"\n)\n")
	for i := range 200 {
		fmt.Fprintf(&src, "\ntype Model%d struct {\n\tbun.BaseModel `bun:\"table:models_%d\"`\n\tID int64 `bun:\",pk,autoincrement\"`\n\tParentID int64\n\tParent *Model%d `bun:\"rel:belongs-to\"`\n", i, i, max(i-1, 0))
		for f := range 24 {
			fmt.Fprintf(&src, "\tF%d %s `bun:\"f_%d,notnull,unique:g%d_%d\"`\n", f, []string{"string", "*time.Time", "[]byte", "map[string]any"}[f%4], f, i, f/5)
		}
		src.WriteString("}\n")
	}
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "m.go"), []byte(src.String()), 0o644); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		res, err := Scan(b.Context(), Options{Dir: dir, Dialect: dialect.Postgres(), Bun: &BunOptions{ForeignKeys: true}, withoutGo: true})
		if err != nil || len(res.Database.Tables) != 200 {
			b.Fatal(err)
		}
	}
}
