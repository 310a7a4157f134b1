package cmd

import (
	"fmt"
	"slices"

	"github.com/gen-migrate/gen/modelscan"
	"github.com/gen-migrate/gen/modelscan/xorm"
)

// An xormConfig is [xorm]: the configuration that the program gives to xorm's
// engine, and its models.
type xormConfig struct {
	Models       []string            `toml:"models"`
	Version      string              `toml:"version"`
	TableMapper  string              `toml:"table_mapper"`  // snake | gonic | same
	ColumnMapper string              `toml:"column_mapper"` // snake | gonic | same
	TablePrefix  string              `toml:"table_prefix"`
	TableSuffix  string              `toml:"table_suffix"`
	ColumnPrefix string              `toml:"column_prefix"`
	ColumnSuffix string              `toml:"column_suffix"`
	Tag          string              `toml:"tag"`
	TableIndices map[string][]string `toml:"table_indices"`
}

// xormOptions is [xorm] for the scan of the models; nil without it.
func (c *config) xormOptions() *modelscan.XormOptions {
	x := c.Xorm
	if x == nil {
		return nil
	}
	return &modelscan.XormOptions{
		Models: x.Models, Version: x.Version, Types: c.Types,
		TableMapper: x.TableMapper, ColumnMapper: x.ColumnMapper, TablePrefix: x.TablePrefix, TableSuffix: x.TableSuffix,
		ColumnPrefix: x.ColumnPrefix, ColumnSuffix: x.ColumnSuffix, Tag: x.Tag, TableIndices: x.TableIndices,
	}
}

// An entConfig is [ent]: where ent generates its tables.
type entConfig struct {
	Package            string `toml:"package"`
	DisableForeignKeys bool   `toml:"disable_foreign_keys"`
}

// entOptions is [ent] for the scan of the models; nil without it.
func (c *config) entOptions() *modelscan.EntOptions {
	if c.Ent == nil {
		return nil
	}
	return &modelscan.EntOptions{Package: c.Ent.Package, DisableForeignKeys: c.Ent.DisableForeignKeys}
}

// ormProblems says what is wrong in [xorm] and [ent].
func (c *config) ormProblems() []string {
	var problems []string
	if x := c.Xorm; x != nil {
		for _, m := range []struct{ key, value string }{{"table_mapper", x.TableMapper}, {"column_mapper", x.ColumnMapper}} {
			if m.value != "" && !slices.Contains(xorm.Mappers(), m.value) {
				problems = append(problems, fmt.Sprintf("xorm.%s is %q; it is snake, gonic or same", m.key, m.value))
			}
		}
	}
	if c.Ent != nil && c.Ent.Package == "" {
		problems = append(problems, `ent.package is missing; it is the package migrate that ent generates, "./ent/migrate"`)
	}
	return problems
}
