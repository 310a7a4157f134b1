package cmd

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// BenchmarkCheck times a whole `gen check` process that finds nothing, on
// PostgreSQL, for generated models of N tables: 12 mixed columns, two indexes
// (one partial), a unique, a foreign key, a check and defaults each. Per
// stage and the peak memory are reported as metrics. "edited" touches a model
// before each run. GEN_BENCH_TABLES=5000 adds a size.
func BenchmarkCheck(b *testing.B) {
	bin := buildGen(b)
	sizes := []int{10, 100, 1000}
	if n, err := strconv.Atoi(os.Getenv("GEN_BENCH_TABLES")); err == nil {
		sizes = append(sizes, n)
	}
	for _, n := range sizes {
		dir := benchProject(b, n)
		env := append(os.Environ(), "DATABASE_URL="+dbtest.Postgres(b), "NO_COLOR=1")
		gen := func(args ...string) string {
			c := exec.Command(bin, args...)
			c.Dir, c.Env = dir, env
			out, err := c.CombinedOutput()
			if err != nil {
				b.Fatalf("gen %s: %v\n%s", strings.Join(args, " "), err, tail(out))
			}
			return string(out)
		}
		gen("init", "-q")
		gen("revision", "--autogenerate", "-m", "first", "-q")
		gen("upgrade", "head", "-q")
		for _, edited := range []bool{false, true} {
			name := fmt.Sprintf("tables=%d", n)
			if edited {
				name += "/edited"
			}
			b.Run(name, func(b *testing.B) {
				stages := map[string]float64{}
				for i := 0; b.Loop(); i++ {
					if edited {
						touch(b, dir, i)
					}
					for stage, value := range timings(gen("check", "--timing")) {
						stages[stage] += value
					}
				}
				for stage, sum := range stages {
					b.ReportMetric(sum/float64(b.N), stage)
				}
			})
		}
	}
}

func tail(out []byte) []byte { return out[max(0, len(out)-2000):] }

var timingPart = regexp.MustCompile(`([a-z]+) ([0-9.]+) ms`)

// timings reads the line of --timing.
func timings(out string) map[string]float64 {
	m := map[string]float64{}
	for _, part := range timingPart.FindAllStringSubmatch(out, -1) {
		v, _ := strconv.ParseFloat(part[2], 64)
		m[part[1]+"-ms"] += v
	}
	if peak := regexp.MustCompile(`peak ([0-9]+) MB`).FindStringSubmatch(out); peak != nil {
		m["peak-MB"], _ = strconv.ParseFloat(peak[1], 64)
	}
	return m
}

func buildGen(tb testing.TB) string {
	tb.Helper()
	bin := filepath.Join(tb.TempDir(), "gen")
	if out, err := exec.Command("go", "build", "-o", bin, "./gen").CombinedOutput(); err != nil {
		tb.Fatalf("building gen: %v\n%s", err, out)
	}
	return bin
}

// benchProject writes a module with n models.
func benchProject(tb testing.TB, n int) string {
	tb.Helper()
	dir := tb.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	write("go.mod", "module example.com/bench\n\ngo 1.26\n")
	var src strings.Builder
	src.WriteString("package models\n\nimport (\n\t\"database/sql\"\n\t\"time\"\n)\n")
	for i := range n {
		fmt.Fprintf(&src, benchModel, i, i, i, i, i, i, max(i-1, 0))
	}
	write("models/models.go", src.String())
	return dir
}

const benchModel = `
// Table%d is one of many.
//
//gen:table table_%d
//gen:index table_%d_created (created_at desc, id)
//gen:index table_%d_live (name) where deleted_at is null
//gen:unique table_%d_key (tenant, code)
type Table%d struct {
	ID        int64          ` + "`gen:\"pk;identity\"`" + `
	Tenant    int32          ` + "`gen:\"default:0\"`" + `
	Code      string         ` + "`gen:\"size:40\"`" + `
	Name      string         ` + "`gen:\"default:'none'\"`" + `
	Parent    *int64         ` + "`gen:\"ref:table_%d.id;ondelete:set null\"`" + `
	Price     string         ` + "`gen:\"type:numeric(12,2);default:0;check:price >= 0\"`" + `
	Active    bool           ` + "`gen:\"default:true\"`" + `
	Ratio     float64        ` + "`gen:\"default:1.5\"`" + `
	Note      sql.NullString ` + "`gen:\"comment:free text\"`" + `
	Payload   []byte         ` + "`gen:\"null\"`" + `
	CreatedAt time.Time      ` + "`gen:\"default:now()\"`" + `
	DeletedAt sql.NullTime
}
`

// touch edits the models as a person would, without changing the schema.
func touch(tb testing.TB, dir string, i int) {
	tb.Helper()
	path := filepath.Join(dir, "models/touched.go")
	text := fmt.Sprintf("package models\n\nfunc (t Table0) Label() string { return %q + t.Name }\n", strconv.Itoa(i))
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		tb.Fatal(err)
	}
}
