package cmd

import (
	"testing"
	"time"

	"github.com/gen-migrate/gen/migrations"
)

// The command that a failed run ends in goes on with the same database.
func TestCommandThatGoesOnHasTheFlags(t *testing.T) {
	for _, tt := range []struct {
		name string
		app  globals
		run  runOptions
		want string
	}{
		{"no flags", globals{}, runOptions{}, "gen upgrade"},
		{"directory and environment", globals{dir: "my app", env: "ci", config: "gen.ci.toml"}, runOptions{}, "gen upgrade -C 'my app' -c gen.ci.toml -n ci"},
		{"a URL without its password", globals{url: "postgres://me:secret@db/app?sslmode=require"}, runOptions{}, "gen upgrade --url 'postgres://me:xxxxx@db/app?sslmode=require'"},
		{"a URL of the environment", globals{url: "${CI_URL}"}, runOptions{}, "gen upgrade --url '${CI_URL}'"},
		{"variables without their values", globals{vars: []string{"role=it's"}}, runOptions{}, "gen upgrade -x role=…"},
		{"many databases", globals{dir: "app", config: "gen.ci.toml"}, runOptions{many: targetOptions{file: "all tenants.txt", template: "postgres://me:secret@db/tenant_{}", shard: "1/8", parallel: 2, stop: true, given: []string{"--parallel"}}},
			"gen upgrade --targets 'all tenants.txt' --target-url 'postgres://me:xxxxx@db/tenant_{}' --shard 1/8 --parallel 2 --stop-on-failure -C app -c gen.ci.toml"},
		{"many databases of a query", globals{}, runOptions{many: targetOptions{query: "SELECT url FROM tenants", parallel: 4}}, "gen upgrade --targets-query 'SELECT url FROM tenants'"},
		{"other times to wait", globals{}, runOptions{patience: 90 * time.Second, lockWait: 500 * time.Millisecond}, "gen upgrade --lock-timeout 1m30s --lock-wait 500ms"},
		{"drift that was agreed to", globals{}, runOptions{forceDrift: true}, "gen upgrade --force-drift"},
	} {
		se := &migrations.StatementError{GoOn: "gen upgrade"}
		(&app{globals: tt.app}).again(se, &tt.run)
		if se.GoOn != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, se.GoOn, tt.want)
		}
	}
}
