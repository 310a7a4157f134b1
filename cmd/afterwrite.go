package cmd

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/gen-migrate/gen/migrations"
)

// afterWrite runs the commands of hooks.after_write on a revision file that
// gen has just written, in order, and makes sure that gen can still read it.
// A command that ends with another status than 0 stops the rest and is an
// error; the file stays. stub is the Go file that gen has written beside the
// revision, or empty: then the commands that name {go} do not run.
func (a *app) afterWrite(ctx context.Context, c *config, dir *migrations.Dir, id, path, stub string) error {
	if len(c.Hooks.AfterWrite) == 0 {
		return nil
	}
	// The commands run where gen.toml stands, so the path counts from there.
	from := func(path string) string {
		if rel, err := filepath.Rel(a.globals.dir, path); err == nil && a.globals.dir != "" && path != "" && !filepath.IsAbs(path) {
			return rel
		}
		return path
	}
	for _, hook := range c.Hooks.AfterWrite {
		if stub == "" && strings.Contains(hook, "{go}") {
			continue
		}
		words, err := hookWords(hook, map[string]string{"file": from(path), "revision": id, "go": from(stub)})
		if err != nil {
			return err
		}
		run := exec.CommandContext(ctx, words[0], words[1:]...)
		run.Dir = a.globals.dir
		out, err := run.CombinedOutput()
		text := strings.TrimRight(string(out), "\n")
		if err != nil {
			fact := fmt.Sprintf("the hook %s failed: %v", strings.Join(words, " "), err)
			if text != "" {
				fact += "\n    " + strings.ReplaceAll(text, "\n", "\n    ")
			}
			return withHint(errors.New(fact), "the revision is written: "+path+"; mend it or hooks.after_write in "+configFile)
		}
		if text != "" {
			a.say("%s", text)
		}
	}
	again, err := a.readDirs(c, dir.Dialect())
	if err == nil && again.Graph().Revision(id) == nil {
		err = fmt.Errorf("%s no longer holds revision %s", path, id)
	}
	if err != nil {
		return withHint(fmt.Errorf("after the hooks of hooks.after_write: %w", err), "the hook changed more than the look of "+path)
	}
	return again.WriteHeads()
}

// hookWords cuts a command line into words: at spaces, with '…' and "…" as a
// shell reads them but no other character special. {file}, {revision} and {go} are
// filled in behind that, so that a path with spaces stays one word. With nil
// values the line is only checked.
func hookWords(line string, values map[string]string) ([]string, error) {
	words, err := splitWords(line)
	if err != nil {
		return nil, err
	}
	if len(words) == 0 {
		return nil, errors.New("a hook is empty")
	}
	for i, w := range words {
		for _, token := range []string{"file", "revision", "go"} {
			w = strings.ReplaceAll(w, "{"+token+"}", values[token])
		}
		words[i] = w
	}
	return words, nil
}

// splitWords cuts a command line into words.
func splitWords(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	in, quote := false, rune(0)
	for _, c := range line {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote, in = c, true
		case quote == 0 && (c == ' ' || c == '\t'):
			if in {
				words = append(words, word.String())
				word.Reset()
				in = false
			}
		default:
			word.WriteRune(c)
			in = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("%q has no closing %c", line, quote)
	}
	if in {
		words = append(words, word.String())
	}
	return words, nil
}
