package cmd

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// BenchmarkRunnerProcess times whole processes on a database where 1,000 revisions
// are applied, as a pod runs them at each start: gen upgrade that finds nothing to
// do, gen current. 100 ms is what is aimed at; cpu-ms is what of it is work, also
// on a machine that is busy with other things. "start" is a gen that reads no
// files and asks no database.
//
//	make bench BENCH=Runner
func BenchmarkRunnerProcess(b *testing.B) {
	bin := buildGen(b)
	dir := b.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "migrations"), 0o755); err != nil {
		b.Fatal(err)
	}
	for i := range 1000 {
		parent := ""
		if i > 0 {
			parent = fmt.Sprintf("r%07d", i-1)
		}
		text := fmt.Sprintf("-- revision: r%07d\n-- parents: %s\n-- message: step %[1]d\n-- dialect: postgres\n\n-- gen:up\nCREATE TABLE t%[1]d (id bigint PRIMARY KEY, name text);\n\n-- gen:down\nDROP TABLE t%[1]d;\n", i, parent)
		if err := os.WriteFile(filepath.Join(dir, "migrations", fmt.Sprintf("r%07d.sql", i)), []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	url := dbtest.Postgres(b)
	gen := func(args ...string) (cpu time.Duration) {
		c := exec.Command(bin, args...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			b.Fatalf("gen %v: %v\n%s", args, err, tail(out))
		}
		return c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	}
	gen("upgrade", "-q", "--url", url)
	for _, run := range []struct {
		name string
		args []string
	}{
		{"upgrade", []string{"upgrade", "--url", url}},
		{"current", []string{"current", "--url", url}},
		{"start", []string{"--version"}},
	} {
		b.Run(run.name, func(b *testing.B) {
			var cpu time.Duration
			for b.Loop() {
				cpu += gen(run.args...)
			}
			b.ReportMetric(float64(cpu.Microseconds())/1000/float64(b.N), "cpu-ms")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms")
		})
	}
}
