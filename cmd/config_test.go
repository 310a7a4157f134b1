package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEveryConfigKeyIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range configKeys() {
		if strings.HasPrefix(key, "env.NAME.") {
			key = "`" + strings.TrimPrefix(key, "env.NAME.") + "`"
		} else {
			key = "`" + key + "`"
		}
		if !strings.Contains(string(doc), key) {
			t.Errorf("docs/configuration.md does not name %s", key)
		}
	}
}

func TestConfigMistakes(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string // each must stand in the error
	}{
		{"unknown keys, all at once", "modells = [\"./...\"]\n[run]\nlock_wiat = \"1s\"\n",
			[]string{"gen.toml:1:1: unknown key modells (did you mean models?)", "gen.toml:3:1: unknown key run.lock_wiat (did you mean run.lock_wait?)"}},
		{"no TOML", "models = [\n", []string{"gen.toml:"}},
		{"wrong type", "models = 3\n", []string{"gen.toml:1:"}},
		{"bad duration", "[run]\nlock_wait = \"soon\"\n", []string{"soon", "\"5s\""}},
		{"bad lock", "[run]\nlock = \"row\"\n", []string{`run.lock is "row"; it is session or transaction`}},
		{"bad mapper", "[naming]\ncolumns = \"camel\"\n", []string{"naming.columns is \"camel\"; it is snake or lower"}},
		{"no revisions", "revisions = []\n", []string{"revisions names no directory"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "gen.toml"), []byte(tt.text), 0o644); err != nil {
				t.Fatal(err)
			}
			a := &app{getenv: func(string) string { return "" }, globals: globals{dir: dir}}
			_, err := a.loadConfig()
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q lacks %q", err, want)
				}
			}
		})
	}
}

func TestDatabaseURL(t *testing.T) {
	env := map[string]string{"DB": "postgres://u:s3cret@h/d", "EMPTY": ""}
	tests := []struct{ name, url, want, wantErr string }{
		{"none is the embedded default", "", "sqlite://gen.db", ""},
		{"a variable", "${DB}", "postgres://u:s3cret@h/d", ""},
		{"a default", "${NONE:-sqlite://x.db}", "sqlite://x.db", ""},
		{"an empty variable takes the default", "${EMPTY:-sqlite://x.db}", "sqlite://x.db", ""},
		{"not set", "postgres://${HOST}/${NAME}", "", "HOST, NAME is not set"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := &app{getenv: func(k string) string { return env[k] }}
			got, err := a.databaseURL(&config{URL: tt.url, path: "gen.toml"})
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if tt.wantErr == "" != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.wantErr) {
				t.Errorf("error %v, want %q", err, tt.wantErr)
			}
		})
	}
	a := &app{getenv: func(k string) string { return env[k] }}
	if _, err := a.databaseURL(&config{URL: "${DB}"}); err != nil {
		t.Fatal(err)
	}
	if got := a.redact("password s3cret is wrong"); strings.Contains(got, "s3cret") {
		t.Errorf("redact leaves the password: %s", got)
	}
}
