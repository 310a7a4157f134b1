// Command gen compares Go models with a database and writes, reviews and runs
// the revisions that bring them together. See `gen --help`.
package main

import (
	"os"

	"github.com/gen-migrate/gen/cmd"
)

func main() { os.Exit(cmd.Main()) }
