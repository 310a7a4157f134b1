package migrations

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// repository is a git repository whose revisions stand in migrations/.
type repository struct {
	t    *testing.T
	root string
	n    int
}

func newRepository(t *testing.T) *repository {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	r := &repository{t: t, root: t.TempDir()}
	if err := os.Mkdir(r.dir(), 0o755); err != nil {
		t.Fatal(err)
	}
	r.git("init", "-q", "-b", "main")
	return r
}

func (r *repository) dir() string { return filepath.Join(r.root, "migrations") }

// try runs git and reports whether it succeeded.
func (r *repository) try(args ...string) (string, bool) {
	r.t.Helper()
	c := exec.Command("git", args...)
	c.Dir = r.root
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=ann", "GIT_AUTHOR_EMAIL=ann@example.com", "GIT_COMMITTER_NAME=ann", "GIT_COMMITTER_EMAIL=ann@example.com")
	out, err := c.CombinedOutput()
	return string(out), err == nil
}

func (r *repository) git(args ...string) string {
	r.t.Helper()
	out, ok := r.try(args...)
	if !ok {
		r.t.Fatalf("git %s: %s", strings.Join(args, " "), out)
	}
	return out
}

// add writes a revision as gen revision does, and commits it.
func (r *repository) add(id string, parents ...string) {
	r.t.Helper()
	d, err := Open(SQLite, r.dir())
	if err != nil {
		r.t.Fatal(err)
	}
	r.n++
	if _, err := d.Create(&Revision{ID: id, Parents: parents, Message: "revision " + id, Dialect: SQLite,
		Created: time.Date(2026, 11, 22, 8, r.n, 0, 0, time.UTC)}); err != nil {
		r.t.Fatal(err)
	}
	r.git("add", "-A")
	r.git("commit", "-q", "-m", id)
}

// conflicts are the files git could not merge.
func (r *repository) conflicts() string {
	return strings.Join(strings.Fields(r.git("diff", "--name-only", "--diff-filter=U")), " ")
}

func (r *repository) heads() string {
	r.t.Helper()
	d, err := Open(SQLite, r.dir())
	if err != nil {
		r.t.Fatal(err)
	}
	if err := d.CheckHeads(); err != nil {
		r.t.Errorf("HEADS: %v", err)
	}
	return strings.Join(ids(d.Graph().Heads()), " ")
}

// Two branches of work that each add a revision behind the same one conflict
// on HEADS and on nothing else; a rebase or a merge revision mends it.
func TestTwoHeadsConflictInGit(t *testing.T) {
	for _, mend := range []string{"rebase", "merge"} {
		t.Run(mend, func(t *testing.T) {
			r := newRepository(t)
			r.add("aaaa1111")
			r.git("checkout", "-q", "-b", "feature")
			r.add("feat1111", "aaaa1111")
			r.add("feat2222", "feat1111")
			r.git("checkout", "-q", "main")
			r.add("main2222", "aaaa1111")
			out, ok := r.try("merge", "-q", "feature")
			if ok {
				t.Fatal("git saw no conflict")
			}
			if got := r.conflicts(); got != "migrations/HEADS" {
				t.Fatalf("conflicts are in %q: %s", got, out)
			}
			d, err := Open(SQLite, r.dir())
			if err != nil {
				t.Fatal(err)
			}
			if err := d.CheckHeads(); err == nil || !strings.Contains(err.Error(), "git conflict") {
				t.Errorf("got %v", err)
			}
			want := "feat2222"
			switch g := d.Graph(); mend {
			case "rebase":
				b, err := g.PlanRebase(g.Revision("feat2222"), g.Revision("main2222"))
				if err == nil {
					err = d.Rebase(b)
				}
				if err != nil {
					t.Fatal(err)
				}
			case "merge":
				want = "merg1111"
				if _, err := d.Create(&Revision{ID: want, Parents: []string{"feat2222", "main2222"}, Dialect: SQLite}); err != nil {
					t.Fatal(err)
				}
			}
			if got := r.heads(); got != want {
				t.Errorf("heads are %s, want %s", got, want)
			}
			r.git("add", "-A")
			r.git("commit", "-q", "-m", "mended")
		})
	}
}

func TestOneSidedWorkMergesInGit(t *testing.T) {
	t.Run("only one branch adds a revision", func(t *testing.T) {
		r := newRepository(t)
		r.add("aaaa1111")
		r.git("checkout", "-q", "-b", "feature")
		r.add("feat1111", "aaaa1111")
		r.git("checkout", "-q", "main")
		if err := os.WriteFile(filepath.Join(r.root, "README"), []byte("x\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		r.git("add", "-A")
		r.git("commit", "-q", "-m", "elsewhere")
		r.git("merge", "-q", "--no-edit", "feature")
		if got := r.heads(); got != "feat1111" {
			t.Errorf("heads are %s", got)
		}
	})
	// A project of three standing branches: work on different ones grows no
	// further head, so git must not complain, whichever ids come out.
	for _, ids := range [][2]string{{"0000aaaa", "ffff0000"}, {"ffff0000", "0000aaaa"}} {
		t.Run("standing branches grow beside each other, "+ids[0], func(t *testing.T) {
			r := newRepository(t)
			r.add("base1111")
			r.add("webb1111", "base1111")
			r.add("bill1111")
			r.add("apis1111", "base1111")
			r.git("checkout", "-q", "-b", "feature")
			r.add(ids[0], "webb1111")
			r.git("checkout", "-q", "main")
			r.add(ids[1], "bill1111")
			r.git("merge", "-q", "--no-edit", "feature")
			if got := strings.Fields(r.heads()); len(got) != 3 {
				t.Errorf("heads are %s", got)
			}
		})
	}
	// Nor where a branch begins, from a root of its own or in the middle, while
	// another one grows.
	for name, parents := range map[string][]string{"a root": nil, "a branch from the middle": {"aaaa1111"}} {
		t.Run(name+" begins beside growth", func(t *testing.T) {
			r := newRepository(t)
			r.add("aaaa1111")
			r.add("bbbb1111", "aaaa1111")
			r.git("checkout", "-q", "-b", "feature")
			r.add("newb1111", parents...)
			r.git("checkout", "-q", "main")
			r.add("cccc1111", "bbbb1111")
			r.git("merge", "-q", "--no-edit", "feature")
			if got := strings.Fields(r.heads()); len(got) != 2 {
				t.Errorf("heads are %s", got)
			}
		})
	}
	t.Run("the same standing branch grows twice", func(t *testing.T) {
		r := newRepository(t)
		r.add("webb1111")
		r.add("bill1111")
		r.git("checkout", "-q", "-b", "feature")
		r.add("webb2222", "webb1111")
		r.git("checkout", "-q", "main")
		r.add("webb3333", "webb1111")
		if _, ok := r.try("merge", "-q", "--no-edit", "feature"); ok || r.conflicts() != "migrations/HEADS" {
			t.Errorf("conflicts are in %q", r.conflicts())
		}
	})
}
