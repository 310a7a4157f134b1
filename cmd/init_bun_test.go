package cmd

import (
	"strings"
	"testing"

	"github.com/gen-migrate/gen/modelscan"
)

// TestBunTextMode: gen init writes compat for a program that creates no tables
// with bun, and never a mode that [gorm] contradicts.
func TestBunTextMode(t *testing.T) {
	guessed, found := &modelscan.BunSetup{Guessed: true}, &modelscan.BunSetup{Models: []string{"a.B"}}
	for _, c := range []struct {
		name string
		bun  *modelscan.BunSetup
		gorm *modelscan.GormSetup
		want bool
	}{
		{"nothing creates tables", guessed, nil, true},
		{"tables are created", found, nil, false},
		{"GORM is exact", guessed, &modelscan.GormSetup{}, false},
		{"GORM is compat", found, &modelscan.GormSetup{Migrations: "db"}, true},
	} {
		if got := strings.Contains(bunText(c.bun, c.gorm), `mode = "compat"`); got != c.want {
			t.Errorf("%s: compat is %v, want %v", c.name, got, c.want)
		}
	}
}
