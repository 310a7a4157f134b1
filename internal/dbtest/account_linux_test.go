package dbtest

import (
	"context"
	"os"
	"testing"

	"github.com/gen-migrate/gen/internal/spawn"
)

func TestAccountsThatCanStartAServer(t *testing.T) {
	in, err := defaultInstall()
	if err != nil || in == nil {
		absent(t, "no PostgreSQL: %v", err)
	}
	accounts := map[string]spawn.Account{"this user": {}}
	if os.Getuid() == 0 { // which may not start PostgreSQL
		other, err := spawn.OtherAccount()
		if err != nil {
			t.Fatal(err)
		}
		accounts = map[string]spawn.Account{"namespace": {Kind: "namespace"}, "setuid": other}
	}
	for name, who := range accounts {
		if err := spawn.RunAs(context.Background(), who, "/", "/bin/sh", "-c", ":"); err != nil && name == "namespace" {
			t.Logf("left out: this machine gives no namespace: %v", err)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Setenv("XDG_CACHE_HOME", t.TempDir()) // initdb too must run this way
			c, err := startClusterAs(who, in)
			if err != nil {
				t.Fatal(err)
			}
			if got := mustAsk(t, c.url("postgres"), `SELECT 'up'`); got != "up" {
				t.Errorf("got %q", got)
			}
			c.Stop()
			if _, err := os.Stat(c.Dir); !os.IsNotExist(err) {
				t.Errorf("%s is still there after stop: %v", c.Dir, err)
			}
			if _, err := ask(t, c.url("postgres"), `SELECT 'up'`); err == nil {
				t.Error("the server still answers after stop")
			}

			m, err := startMariaDB(who, needMariaDB(t))
			if err != nil {
				t.Fatal(err)
			}
			defer m.Stop()
			if err := m.exec("CREATE DATABASE made"); err != nil {
				t.Error(err)
			}
		})
	}
}
