// Command gen compares Go models with a database and writes, reviews and runs
// the revisions that bring them together. See `gen --help`.
package main

import (
	"os"
	"runtime/debug"

	"github.com/gen-migrate/gen/cmd"
)

// garbage is how far the heap grows, in percent of what lives, before it is
// collected: most of what gen reads lives to its end, which is near.
const garbage = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	os.Exit(cmd.Main())
}
