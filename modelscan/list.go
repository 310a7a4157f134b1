package modelscan

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/gen-migrate/gen/schema"
)

// listMode asks the go command for names and files only. Anything about
// types would make it compile the user's packages.
const listMode = packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedModule

// find finds the packages of the patterns and where their dependencies are.
// Where the go command refuses (a go.mod that wants a newer Go, a broken
// go.mod, no go command at all) it does so without it, and a warning says so.
func (l *loader) find(ctx context.Context, o Options, probs *problems) error {
	patterns := o.Patterns
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	if err := l.checkDir(); err != nil {
		return err
	}
	if o.withoutGo {
		return l.listWithoutGo(patterns, probs)
	}
	why, err := l.list(ctx, patterns, probs)
	if err != nil || why == "" {
		return err
	}
	probs.warn(schema.Pos{}, "", "the go command cannot list the packages (%s); their files were read without it", why)
	return l.listWithoutGo(patterns, probs)
}

// list asks the go command, in one run. why is what it says when it cannot.
func (l *loader) list(ctx context.Context, patterns []string, probs *problems) (why string, err error) {
	cfg := &packages.Config{Mode: listMode, Context: ctx, Dir: l.dir}
	if l.tags != "" {
		cfg.BuildFlags = []string{"-tags=" + l.tags}
	}
	roots, err := packages.Load(cfg, patterns...)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil || refused(roots) {
		if err == nil {
			err = errors.New(roots[0].Errors[0].Msg)
		}
		return oneLine(err), nil
	}
	packages.Visit(roots, nil, l.addListed)
	for _, r := range roots {
		if p := l.pkgs[r.PkgPath]; p != nil && len(p.goFiles) > 0 {
			p.model = true
		}
	}
	for _, pattern := range patterns {
		l.checkPattern(pattern, roots, probs)
	}
	l.unreadable(roots, probs)
	return "", nil
}

// unreadable reports packages that are there and of which the go command
// lists no file, for another reason than that none is meant for this build.
func (l *loader) unreadable(roots []*packages.Package, probs *problems) {
	for _, r := range roots {
		if len(r.GoFiles) > 0 || len(r.Errors) == 0 || r.Dir == "" {
			continue
		}
		msg := strings.Join(strings.Fields(r.Errors[0].Msg), " ")
		if strings.Contains(msg, "build constraints exclude") || strings.Contains(msg, "Go files") || !telling(msg) {
			continue
		}
		probs.add(schema.Pos{File: l.shown(r.Dir)}, "", "package %s cannot be read: %s", r.PkgPath, msg)
	}
}

func (l *loader) checkDir() error {
	info, err := os.Stat(l.dir)
	if err != nil {
		return fmt.Errorf("opening the directory of the models: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("opening the directory of the models: %s is not a directory", l.dir)
	}
	return nil
}

// refused reports that the go command answered with nothing but complaints
// about the module itself.
func refused(roots []*packages.Package) bool {
	for _, r := range roots {
		if len(r.GoFiles) > 0 || len(r.Errors) == 0 {
			return false
		}
		for _, e := range r.Errors {
			if !strings.Contains(e.Msg, "go.mod") && !strings.Contains(e.Msg, "go.work") && !strings.Contains(e.Msg, "toolchain") &&
				!strings.Contains(e.Msg, "does not contain main module") { // there is no go.mod
				return false
			}
		}
	}
	return len(roots) > 0
}

func (l *loader) addListed(p *packages.Package) {
	if l.pkgs[p.PkgPath] != nil {
		return
	}
	var dir string
	if len(p.GoFiles) > 0 {
		dir = filepath.Dir(p.GoFiles[0])
	}
	got := l.add(p.PkgPath, p.Name, dir, p.GoFiles)
	for src, imp := range p.Imports {
		if src != imp.PkgPath {
			got.imports[src] = imp.PkgPath
		}
	}
}

// checkPattern reports a pattern that named no package with Go files.
func (l *loader) checkPattern(pattern string, roots []*packages.Package, probs *problems) {
	for _, r := range roots {
		if len(r.GoFiles) > 0 && l.matches(pattern, r.PkgPath, filepath.Dir(r.GoFiles[0])) {
			return
		}
	}
	text := fmt.Sprintf("package pattern %q matches no package with Go files", pattern)
	for _, r := range roots {
		if len(r.GoFiles) == 0 && len(r.Errors) > 0 && (r.PkgPath == pattern || l.matches(pattern, r.PkgPath, r.Dir)) && telling(r.Errors[0].Msg) {
			text += ": " + strings.Join(strings.Fields(r.Errors[0].Msg), " ")
			break
		}
	}
	probs.errs = append(probs.errs, Problem{Text: text, Hint: l.patternHint(pattern)})
}

// telling reports whether a message of the go command says more than that
// there is nothing.
func telling(msg string) bool {
	return !strings.Contains(msg, "directory not found") && !strings.Contains(msg, "no such file") && !strings.Contains(msg, "is not in std")
}

// patternHint suggests what was meant by a pattern that matched nothing.
func (l *loader) patternHint(pattern string) string {
	if isDirPattern(pattern) {
		return "patterns are those of go list, relative to " + l.dir
	}
	if info, err := os.Stat(filepath.Join(l.dir, filepath.FromSlash(strings.TrimSuffix(pattern, "/...")))); err == nil && info.IsDir() {
		return "write ./" + pattern + " for the directory"
	}
	return "write ./dir/... for directories, an import path for packages"
}

func isDirPattern(pattern string) bool {
	return pattern == "." || pattern == ".." || strings.HasPrefix(pattern, "./") || strings.HasPrefix(pattern, "../") || filepath.IsAbs(pattern)
}

// matches reports whether a package lies under a pattern: "..." stands for
// any text, and "/..." at the end for nothing as well.
func (l *loader) matches(pattern, pkgPath, dir string) bool {
	if !isDirPattern(pattern) {
		return pattern == "all" || globMatch(path.Clean(pattern), pkgPath)
	}
	abs := filepath.FromSlash(pattern)
	if !filepath.IsAbs(abs) {
		abs = filepath.Join(l.dir, abs)
	}
	if globMatch(filepath.ToSlash(filepath.Clean(abs)), filepath.ToSlash(dir)) {
		return true
	}
	// The go command resolves links in the directory it runs in.
	real, err := filepath.EvalSymlinks(l.dir)
	if err != nil || filepath.IsAbs(filepath.FromSlash(pattern)) {
		return false
	}
	return globMatch(filepath.ToSlash(filepath.Join(real, filepath.FromSlash(pattern))), filepath.ToSlash(dir))
}

func globMatch(pattern, name string) bool {
	if !strings.Contains(pattern, "...") {
		return pattern == name
	}
	re := regexp.QuoteMeta(pattern)
	re = strings.ReplaceAll(re, `\.\.\.`, `.*`)
	if head, ok := strings.CutSuffix(re, `/.*`); ok {
		re = head + `(/.*)?`
	}
	ok, err := regexp.MatchString("^"+re+"$", name)
	return err == nil && ok
}

// oneLine is the message of the go command, without line breaks and not
// endless.
func oneLine(err error) string {
	s := err.Error()
	if _, rest, ok := strings.Cut(s, "stderr: "); ok && strings.TrimSpace(rest) != "" {
		s = rest
	}
	s = strings.TrimPrefix(strings.Join(strings.Fields(s), " "), "go: ")
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[:200], "") + "…"
	}
	return s
}

// imported is the package that an import path in a file means, or nil when
// it is nowhere to be found.
func (l *loader) imported(from *pkg, importPath string) *pkg {
	if real, ok := from.imports[importPath]; ok {
		importPath = real
	}
	if p := l.pkgs[importPath]; p != nil {
		if len(p.goFiles) == 0 {
			return nil
		}
		return p
	}
	if l.fallback == nil {
		return nil
	}
	dir, ok := l.fallback.find(importPath)
	if !ok {
		return nil
	}
	files := goFilesIn(dir, l.tags)
	if len(files) == 0 {
		return nil
	}
	return l.add(importPath, packageName(files[0]), dir, files)
}

// listWithoutGo finds packages by walking directories.
func (l *loader) listWithoutGo(patterns []string, probs *problems) error {
	l.fallback = newTree(l.dir)
	for _, pattern := range patterns {
		dirs := l.fallback.expand(l.dir, pattern)
		found := false
		for _, dir := range dirs {
			files := goFilesIn(dir, l.tags)
			if len(files) == 0 {
				continue
			}
			found = true
			importPath := l.fallback.importPath(dir)
			if l.pkgs[importPath] == nil {
				l.add(importPath, packageName(files[0]), dir, files).model = true
			}
		}
		if !found {
			probs.errs = append(probs.errs, Problem{
				Text: fmt.Sprintf("package pattern %q matches no package with Go files", pattern),
				Hint: l.patternHint(pattern),
			})
		}
	}
	return nil
}

// packagePaths lists the model packages, sorted.
func (l *loader) packagePaths() []string {
	var list []string
	for _, p := range l.models() {
		list = append(list, p.path)
	}
	slices.Sort(list)
	return list
}
