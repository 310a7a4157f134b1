package postgres

import (
	"strings"
	"testing"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// TestFormerNameOfEveryStatement: whatever a file of objects may CREATE can say what
// it was called, or says why not. TestBattery has the renames themselves.
func TestFormerNameOfEveryStatement(t *testing.T) {
	t.Parallel()
	refused := map[string]string{schema.KindExtension: "extensions cannot be renamed: they have the names of their files"}
	for _, c := range created {
		file := introspect.SQLFile{Path: "a.sql", Text: "-- gen:was old\nCREATE " + strings.Join(c.words, " ") + " fresh ON t TO t"}
		s := &scratch{files: []introspect.SQLFile{file}, schemas: []string{"public"}}
		s.split()
		if len(s.definitions) != 1 {
			t.Fatalf("CREATE %s: %d statements", c.words, len(s.definitions))
		}
		d := s.definitions[0]
		if want := refused[c.kind]; want != "" {
			if err := s.joined(); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("CREATE %s: %v, want %q", c.words, err, want)
			}
			continue
		}
		if err := s.joined(); err != nil {
			t.Errorf("CREATE %s: %v", c.words, err)
		}
		if len(d.was) != 1 || d.was[0].Name.Local != "old" {
			t.Errorf("CREATE %s: was %v", c.words, d.was)
		}
	}
}
