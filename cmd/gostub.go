package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/gen-migrate/gen/migrations"
)

var exportedName = regexp.MustCompile(`^[A-Z][A-Za-z0-9_]*$`)

// addGoStep gives a revision a step that calls a Go function. One of that name
// must not be there: it would be declared twice.
func (a *app) addGoStep(c *config, rev *migrations.Revision, name string) error {
	if !exportedName.MatchString(name) {
		return withHint(fmt.Errorf("--go %q is not the name of an exported Go function", name), "write it as --go BackfillTotals")
	}
	if file := declares(a.revisionDirs(c), name); file != "" {
		return withHint(fmt.Errorf("--go %s: %s has a function %s already", name, file, name),
			"choose another name; to call that one again, write -- gen:go "+name+" into a revision by hand")
	}
	rev.Up = append(rev.Up, migrations.Step{Go: name})
	if rev.Down == nil {
		rev.Down = []migrations.Step{}
	}
	return nil
}

// declares is a Go file below the directories that declares a function, or "".
func declares(dirs []string, name string) string {
	pattern := regexp.MustCompile(`(?m)^func ` + name + `\(`)
	found := ""
	for _, dir := range dirs {
		_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || found != "" || entry.IsDir() || filepath.Ext(path) != ".go" {
				return nil // what cannot be read declares nothing that a compiler sees
			}
			if text, err := os.ReadFile(path); err == nil && pattern.Match(text) {
				found = path
			}
			return nil
		})
	}
	return found
}

// writeStub writes the beginning of the function into a file of its own beside the
// revision, in the package that is there. It returns the file's path. A file that
// is there already is never changed.
func writeStub(revision, name string) (string, error) {
	dir := filepath.Dir(revision)
	path := strings.TrimSuffix(revision, ".sql") + ".go"
	var b bytes.Buffer
	fmt.Fprintf(&b, `package %[1]s

import (
	"context"
	"errors"

	"github.com/gen-migrate/gen/migrations"
)

// %[2]s is the data step of %[3]s. Register it where the program runs its
// migrations: migrations.WithFunc(%[2]q, %[1]s.%[2]s). It works in the step's
// transaction, which commits when it returns nil.
func %[2]s(ctx context.Context, tx migrations.Tx) error {
	return errors.New("%[2]s is not written yet")
}
`, packageIn(dir), name, filepath.Base(revision))
	text, err := format.Source(b.Bytes())
	if err != nil {
		return "", fmt.Errorf("writing %s: %w", path, err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return "", fmt.Errorf("writing the Go function: %w", err)
	}
	_, err = f.Write(text)
	return path, errors.Join(err, f.Close())
}

// packageIn is the package of the Go files in a directory, or one that its name
// suggests.
func packageIn(dir string) string {
	files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		if parsed, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.PackageClauseOnly); err == nil {
			return parsed.Name.Name
		}
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		abs = dir
	}
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(filepath.Base(abs)))
	if name == "" || name[0] <= '9' {
		return "revisions"
	}
	return name
}
