package cmd

import (
	"fmt"

	"github.com/gen-migrate/gen/modelscan"
)

// A bunConfig is [bun]: what the program tells bun when it creates tables, and
// its models.
type bunConfig struct {
	Models         []string `toml:"models"`
	Mode           string   `toml:"mode"` // exact | compat
	Version        string   `toml:"version"`
	ForeignKeys    bool     `toml:"foreign_keys"`
	ForeignKeysOf  []string `toml:"foreign_keys_of"`
	Varchar        int      `toml:"varchar"`
	SingularTables bool     `toml:"singular_tables"`
}

// bunOptions is [bun] for the scan of the models; nil without it.
func (c *config) bunOptions() *modelscan.BunOptions {
	b := c.Bun
	if b == nil {
		return nil
	}
	return &modelscan.BunOptions{
		Models: b.Models, Version: b.Version, Types: c.Types, Compat: b.Mode == "compat",
		ForeignKeys: b.ForeignKeys, ForeignKeysOf: b.ForeignKeysOf, Varchar: b.Varchar, SingularTables: b.SingularTables,
	}
}

// bunProblems says what is wrong in [bun].
func (c *config) bunProblems() []string {
	var problems []string
	b := c.Bun
	if b == nil {
		return nil
	}
	switch b.Mode {
	case "", "exact", "compat":
	default:
		problems = append(problems, fmt.Sprintf("bun.mode is %q; it is exact (the database is what CreateTable makes) or compat (what the tags state counts)", b.Mode))
	}
	if g := c.Gorm; g != nil && (g.Mode == "compat") != (b.Mode == "compat") {
		problems = append(problems, "bun.mode and gorm.mode differ: one mode holds for the whole run")
	}
	if b.ForeignKeys && len(b.ForeignKeysOf) > 0 {
		problems = append(problems, "bun.foreign_keys_of names some models, and bun.foreign_keys is all of them: keep one")
	}
	if b.Varchar < 0 {
		problems = append(problems, fmt.Sprintf("bun.varchar is %d; it is a length, or 0 for the default", b.Varchar))
	}
	return problems
}
