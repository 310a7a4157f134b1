package migrations

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlanRebase(t *testing.T) {
	tests := []struct {
		name      string
		revs      []string
		rev, onto string
		want      string // first: parents before → after; moved, or "error: …"
	}{
		{"one revision", []string{"aaaa<", "bbbb<aaaa", "mine<aaaa"}, "mine", "bbbb", "mine: aaaa → bbbb; moved mine"},
		{"a line, named by its head", []string{"aaaa<", "bbbb<aaaa", "min1<aaaa", "min2<min1"}, "min2", "bbbb", "min1: aaaa → bbbb; moved min1 min2"},
		{"a line, named by its first", []string{"aaaa<", "bbbb<aaaa", "min1<aaaa", "min2<min1"}, "min1", "bbbb", "min1: aaaa → bbbb; moved min1 min2"},
		{"behind a longer line", []string{"aaaa<", "bbbb<aaaa", "cccc<bbbb", "mine<aaaa"}, "mine", "cccc", "mine: aaaa → cccc; moved mine"},
		{"a root", []string{"aaaa<", "mine<"}, "mine", "aaaa", "mine:  → aaaa; moved mine"},
		{"a line that parts and meets again", []string{"aaaa<", "bbbb<aaaa", "min1<aaaa", "min2<min1", "min3<min1", "min4<min2,min3"}, "min4", "bbbb", "min1: aaaa → bbbb; moved min1 min2 min3 min4"},
		{"with a dependent elsewhere", []string{"aaaa<", "bbbb<aaaa", "mine<aaaa", "need<>mine"}, "mine", "bbbb", "mine: aaaa → bbbb; moved mine need"},
		{"already after it", []string{"aaaa<", "bbbb<aaaa"}, "bbbb", "aaaa", "error: revision bbbb follows aaaa already"},
		{"before it", []string{"aaaa<", "bbbb<aaaa"}, "aaaa", "bbbb", "error: revision aaaa is before bbbb already"},
		{"two beginnings", []string{"aaaa<", "bbbb<aaaa", "min1<aaaa", "min2<aaaa", "min3<min1,min2"}, "min3", "bbbb", "error: the line of min3 begins with 2 revisions (min1, min2)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := mustGraph(t, tt.revs...)
			b, err := g.PlanRebase(g.Revision(tt.rev), g.Revision(tt.onto))
			got := ""
			if err != nil {
				got = "error: " + err.Error()
			} else {
				got = fmt.Sprintf("%s: %s → %s; moved %s", b.First.ID, strings.Join(b.From, " "), strings.Join(b.To, " "), strings.Join(ids(b.Moved), " "))
			}
			checkAnswer(t, got, tt.want)
		})
	}
}

func TestRebaseChangesOneLine(t *testing.T) {
	tests := []struct{ name, before, after string }{
		{"plain", "-- revision: mine1111\n-- parents: aaaa1111\n-- message: x -- parents: none\n-- dialect: sqlite\n\n-- gen:up\nSELECT   1 ;  -- parents: aaaa1111\n",
			"-- revision: mine1111\n-- parents: bbbb2222\n-- message: x -- parents: none\n-- dialect: sqlite\n\n-- gen:up\nSELECT   1 ;  -- parents: aaaa1111\n"},
		{"CRLF, byte order mark, odd spaces", "\ufeff-- parents:   aaaa1111  \r\n-- revision: mine1111\r\n-- dialect: sqlite\r\n\r\n-- gen:up\r\nSELECT 1;",
			"\ufeff-- parents: bbbb2222\r\n-- revision: mine1111\r\n-- dialect: sqlite\r\n\r\n-- gen:up\r\nSELECT 1;"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			writeRevisions(t, dir, map[string]string{"a.sql": "aaaa1111<", "b.sql": "bbbb2222<aaaa1111"})
			file := filepath.Join(dir, "mine.sql")
			if err := os.WriteFile(file, []byte(tt.before), 0o644); err != nil {
				t.Fatal(err)
			}
			d, err := Open(SQLite, dir)
			if err != nil {
				t.Fatal(err)
			}
			g := d.Graph()
			b, err := g.PlanRebase(g.Revision("mine1111"), g.Revision("bbbb2222"))
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Rebase(b); err != nil {
				t.Fatal(err)
			}
			got, _ := os.ReadFile(file)
			if diff := cmp.Diff(tt.after, string(got)); diff != "" {
				t.Error(diff)
			}
			again, err := Open(SQLite, dir)
			if err != nil {
				t.Fatal(err)
			}
			if err := again.CheckHeads(); err != nil || strings.Join(ids(again.Graph().Heads()), " ") != "mine1111" {
				t.Errorf("heads %v, %v", ids(again.Graph().Heads()), err)
			}
		})
	}
}
