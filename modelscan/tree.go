package modelscan

import (
	"bufio"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// A tree finds packages on disk without the go command: in the module of the
// models, in its vendor directory, in replaced directories, in the module
// cache under the versions go.mod requires, and in the standard library. It
// is the way out when the go command refuses to list packages at all.
type tree struct {
	root     string // directory of go.mod; of the models where there is none
	module   string // "" without go.mod
	versions map[string]string
	replaced map[string]string // module → directory
	cache    string
	goroot   func() string
}

func newTree(dir string) *tree {
	t := &tree{root: dir, versions: map[string]string{}, replaced: map[string]string{}, cache: moduleCache()}
	t.goroot = sync.OnceValue(findGoroot)
	for d := dir; ; d = filepath.Dir(d) {
		if data, err := os.ReadFile(filepath.Join(d, "go.mod")); err == nil {
			t.root = d
			t.readMod(string(data))
			break
		}
		if d == filepath.Dir(d) {
			break
		}
	}
	t.readWork(dir)
	return t
}

// readWork adds the modules that a go.work uses.
func (t *tree) readWork(dir string) {
	for d := dir; ; d = filepath.Dir(d) {
		used, found := workspace(d)
		if !found {
			if d == filepath.Dir(d) {
				return
			}
			continue
		}
		for _, used := range used {
			mod, err := os.ReadFile(filepath.Join(used, "go.mod"))
			if err != nil || used == t.root {
				continue
			}
			modLines(string(mod), func(words []string) {
				if words[0] == "module" && len(words) == 2 {
					t.replaced[words[1]] = used
				}
			})
		}
		return
	}
}

// workspace lists the directories that the go.work of a directory uses.
func workspace(dir string) (used []string, found bool) {
	data, err := os.ReadFile(filepath.Join(dir, "go.work"))
	if err != nil {
		return nil, false
	}
	modLines(string(data), func(words []string) {
		if words[0] != "use" || len(words) != 2 {
			return
		}
		d := filepath.FromSlash(words[1])
		if !filepath.IsAbs(d) {
			d = filepath.Join(dir, d)
		}
		used = append(used, filepath.Clean(d))
	})
	return used, true
}

func moduleCache() string {
	if c := os.Getenv("GOMODCACHE"); c != "" {
		return c
	}
	gopath := filepath.SplitList(build.Default.GOPATH)
	if len(gopath) == 0 {
		return ""
	}
	return filepath.Join(gopath[0], "pkg", "mod")
}

func findGoroot() string {
	if build.Default.GOROOT != "" {
		return build.Default.GOROOT
	}
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// readMod takes module, require and replace from a go.mod and passes over all
// else.
func (t *tree) readMod(data string) { modLines(data, t.modLine) }

// modLines calls f with the words of each directive of a go.mod or go.work,
// in one-line and in block form.
func modLines(data string, f func(words []string)) {
	block := ""
	lines := bufio.NewScanner(strings.NewReader(data))
	for lines.Scan() {
		line, _, _ := strings.Cut(lines.Text(), "//")
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
			continue
		case words[0] == ")":
			block = ""
			continue
		case block == "" && len(words) == 2 && words[1] == "(":
			block = words[0]
			continue
		case block != "":
			words = append([]string{block}, words...)
		}
		for i := range words {
			words[i] = strings.Trim(words[i], "\"`")
		}
		f(words)
	}
}

func (t *tree) modLine(words []string) {
	switch {
	case words[0] == "module" && len(words) == 2:
		t.module = words[1]
	case words[0] == "require" && len(words) >= 3:
		t.versions[words[1]] = words[2]
	case words[0] == "replace":
		arrow := slices.Index(words, "=>")
		if arrow < 2 || arrow+1 >= len(words) {
			return
		}
		to := words[arrow+1:]
		switch {
		case strings.HasPrefix(to[0], ".") || filepath.IsAbs(to[0]):
			dir := filepath.FromSlash(to[0])
			if !filepath.IsAbs(dir) {
				dir = filepath.Join(t.root, dir)
			}
			t.replaced[words[1]] = dir
		case len(to) == 2:
			t.replaced[words[1]] = t.cacheDir(to[0], to[1])
		}
	}
}

func (t *tree) cacheDir(module, version string) string {
	return filepath.Join(t.cache, filepath.FromSlash(escapePath(module))+"@"+escapePath(version))
}

// escapePath is how the module cache spells paths on case-insensitive disks.
func escapePath(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsUpper(r) {
			b.WriteByte('!')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// find is the directory of a package.
func (t *tree) find(importPath string) (string, bool) {
	if t.module != "" {
		if rest, ok := under(importPath, t.module); ok {
			return existing(filepath.Join(t.root, rest))
		}
	}
	if dir, ok := existing(filepath.Join(t.root, "vendor", filepath.FromSlash(importPath))); ok {
		return dir, true
	}
	for module := importPath; ; {
		if dir, ok := t.replaced[module]; ok {
			return existing(filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(importPath[len(module):], "/"))))
		}
		if version, ok := t.versions[module]; ok {
			return existing(filepath.Join(t.cacheDir(module, version), filepath.FromSlash(strings.TrimPrefix(importPath[len(module):], "/"))))
		}
		i := strings.LastIndexByte(module, '/')
		if i < 0 {
			break
		}
		module = module[:i]
	}
	if first, _, _ := strings.Cut(importPath, "/"); !strings.Contains(first, ".") {
		return existing(filepath.Join(t.goroot(), "src", filepath.FromSlash(importPath)))
	}
	return "", false
}

func under(importPath, module string) (rest string, ok bool) {
	if importPath == module {
		return "", true
	}
	rest, ok = strings.CutPrefix(importPath, module+"/")
	return filepath.FromSlash(rest), ok
}

func existing(dir string) (string, bool) {
	info, err := os.Stat(dir)
	return dir, err == nil && info.IsDir()
}

// importPath is that of a directory of the module; without a go.mod, the path
// of the directory.
func (t *tree) importPath(dir string) string {
	rel, err := filepath.Rel(t.root, dir)
	if err != nil || t.module == "" {
		return filepath.ToSlash(dir)
	}
	if rel == "." {
		return t.module
	}
	return t.module + "/" + filepath.ToSlash(rel)
}

// expand lists the directories that a pattern names, sorted.
func (t *tree) expand(dir, pattern string) []string {
	if !isDirPattern(pattern) {
		rest, ok := under(pattern, t.module)
		if !ok || t.module == "" {
			return nil
		}
		dir, pattern = t.root, "./"+filepath.ToSlash(rest)
	}
	base := filepath.FromSlash(pattern)
	if !filepath.IsAbs(base) {
		base = filepath.Join(dir, base)
	}
	head, wild := strings.CutSuffix(base, string(filepath.Separator)+"...")
	if !wild {
		return []string{base}
	}
	var dirs []string
	_ = walkPackages(head, func(d string) { dirs = append(dirs, d) })
	return dirs
}

// walkPackages calls f for root and the directories under it that the go
// command would look into for "./...": not vendor, testdata, hidden ones, and
// those of other modules. Where root is no module but a workspace of several,
// for which the go command knows no "./...", its modules are looked into.
func walkPackages(root string, f func(dir string)) error {
	var used []string
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		used, _ = workspace(root)
	}
	return filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			if path == root {
				return err
			}
			return filepath.SkipDir // unreadable: as the go command, pass over it
		}
		if !d.IsDir() {
			return nil
		}
		name := d.Name()
		if path != root {
			if name == "vendor" || name == "testdata" || name == "node_modules" || name[0] == '.' || name[0] == '_' {
				return filepath.SkipDir
			}
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil && !slices.Contains(used, path) {
				return filepath.SkipDir
			}
		}
		f(path)
		return nil
	})
}

// goFilesIn lists the Go files of a directory that the build constraints let
// in, without tests.
func goFilesIn(dir, tags string) []string {
	ctx := build.Default
	if tags != "" {
		ctx.BuildTags = strings.FieldsFunc(tags, func(r rune) bool { return r == ',' || r == ' ' })
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var files []string
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if ok, err := ctx.MatchFile(dir, name); err == nil && ok {
			files = append(files, filepath.Join(dir, name))
		}
	}
	return files
}

// packageName reads the package clause of a file; "" when it cannot.
func packageName(path string) string {
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly)
	if err != nil || f.Name == nil {
		return ""
	}
	return f.Name.Name
}
