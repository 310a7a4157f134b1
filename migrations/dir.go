package migrations

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	crand "crypto/rand"
	"encoding/hex"
)

// Dir is one or more directories of revision files, read at once.
type Dir struct {
	dialect Dialect
	sources []source
	revs    []*Revision
	home    map[string]int // revision id → index of its source
	graph   *Graph
	names   FileNames
}

// source is one directory.
type source struct {
	fsys fs.FS
	root string // the directory on disk; empty when it cannot be written
}

// Open reads the revision files under directories on disk. A directory that
// does not exist is an error. With an empty dialect every file must name its
// own; such a Dir can be looked at, not run.
func Open(d Dialect, dirs ...string) (*Dir, error) {
	var sources []source
	for _, dir := range dirs {
		if slices.ContainsFunc(sources, func(s source) bool { return sameDir(s.root, dir) }) {
			continue // named twice
		}
		info, err := os.Stat(dir)
		if err != nil {
			return nil, fmt.Errorf("reading revisions: %w", err)
		}
		if !info.IsDir() {
			return nil, fmt.Errorf("reading revisions: %s is not a directory", dir)
		}
		sources = append(sources, source{os.DirFS(dir), dir})
	}
	return load(d, sources)
}

// Load reads the revision files of file systems, such as an embed.FS.
func Load(d Dialect, files ...fs.FS) (*Dir, error) {
	sources := make([]source, len(files))
	for i, f := range files {
		sources[i] = source{fsys: f}
	}
	return load(d, sources)
}

// load reads every *.sql, in whatever case that is written, below the sources, except in directories whose names
// begin with '.' or '_', and in those that are sources themselves. All files' mistakes are reported at once, as
// FileErrors, and only then the graph's, as GraphErrors.
func load(d Dialect, sources []source) (*Dir, error) {
	if d != "" {
		if err := d.check(); err != nil {
			return nil, err
		}
	}
	dir := &Dir{dialect: d, sources: sources, home: map[string]int{}}
	var errs FileErrors
	for i, src := range sources {
		err := fs.WalkDir(src.fsys, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			hidden := name != "." && strings.ContainsRune("._", rune(entry.Name()[0]))
			if entry.IsDir() && (hidden || name != "." && inner(sources, i, name)) {
				return fs.SkipDir
			}
			if entry.IsDir() || hidden || !strings.EqualFold(path.Ext(name), ".sql") {
				return nil
			}
			data, err := fs.ReadFile(src.fsys, name)
			if err != nil {
				return err
			}
			rev, err := ParseFor(d, src.show(name), data)
			if mistakes, ok := errors.AsType[FileErrors](err); ok {
				errs = append(errs, mistakes...)
				return nil
			}
			dir.revs = append(dir.revs, rev)
			dir.home[rev.ID] = i
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("reading revisions: %w", err)
		}
	}
	if len(errs) > 0 {
		return nil, errs
	}
	graph, err := NewGraph(dir.revs)
	if err != nil {
		return nil, err
	}
	dir.graph = graph
	return dir, nil
}

// inner reports whether a directory of source i is a source of its own.
func inner(sources []source, i int, name string) bool {
	if sources[i].root == "" {
		return false
	}
	full := filepath.Join(sources[i].root, filepath.FromSlash(name))
	return slices.ContainsFunc(sources, func(s source) bool { return s.root != "" && sameDir(s.root, full) })
}

// show is a file's name as messages print it.
func (s source) show(name string) string {
	if s.root == "" {
		return name
	}
	return filepath.Join(s.root, filepath.FromSlash(name))
}

// Graph returns the revisions' order.
func (d *Dir) Graph() *Graph { return d.graph }

// Dialect returns the dialect the directory was read for.
func (d *Dir) Dialect() Dialect { return d.dialect }

// Misnamed lists files whose name holds another id than their header. The
// name is cosmetic, so this is a warning.
func (d *Dir) Misnamed() []*FileError {
	var out []*FileError
	for _, r := range d.revs {
		if !strings.Contains(r.Path, r.ID) {
			name := path.Base(d.names.Name(r))
			if r.Created.IsZero() { // the template would have it in the year 1
				base := path.Base(filepath.ToSlash(r.Path))
				name = strings.TrimSuffix(base, path.Ext(base)) + "_" + r.ID + ".sql"
			}
			out = append(out, &FileError{Path: r.Path, Line: 1, Col: 1,
				Msg: "the file's name does not hold its revision id " + r.ID, Hint: "rename it to " + name})
		}
	}
	return out
}

// NewID returns 12 random hex digits.
func NewID() string {
	for {
		var b [6]byte
		crand.Read(b[:]) // never fails: crypto/rand's contract since Go 1.24
		// Twelve decimal digits would read as a number in many tools.
		if id := hex.EncodeToString(b[:]); strings.ContainsAny(id, "abcdef") {
			return id
		}
	}
}

// Create writes r into the first directory, or into the one of its parents
// when they stand together in another, under the name of UseFileNames, and
// brings HEADS up to date. The file appears whole or not at all. It returns the
// file's path. d itself is not changed: read the directory again to see the
// new revision.
func (d *Dir) Create(r *Revision) (string, error) {
	return d.CreateIn(d.defaultSource(r), r)
}

// CreateIn is Create in one of the directories given to Open.
func (d *Dir) CreateIn(dir string, r *Revision) (string, error) {
	i, err := d.sourceAt(dir)
	if err != nil {
		return "", fmt.Errorf("writing revision %s: %w", r.ID, err)
	}
	file := filepath.Join(d.sources[i].root, filepath.FromSlash(d.names.Name(r)))
	rev := *r
	rev.Path = file
	data, err := Format(&rev)
	if err != nil {
		return "", err
	}
	graph, err := NewGraph(append(slices.Clone(d.revs), &rev))
	if err != nil {
		return "", err
	}
	if _, err := os.Lstat(file); err == nil {
		return "", fmt.Errorf("writing revision %s: %s exists already", r.ID, file)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return "", fmt.Errorf("writing revision %s: %w", r.ID, err)
	}
	if err := writeFile(file, data); err != nil {
		return "", fmt.Errorf("writing revision %s: %w", r.ID, err)
	}
	next := d.with(graph, append(slices.Clone(d.revs), &rev))
	next.home[rev.ID] = i
	if err := next.WriteHeads(); err != nil {
		return "", err
	}
	return file, nil
}

// with is d with other revisions.
func (d *Dir) with(graph *Graph, revs []*Revision) *Dir {
	next := *d
	next.graph, next.revs, next.home = graph, revs, maps.Clone(d.home)
	return &next
}

func (d *Dir) defaultSource(r *Revision) string {
	at := -1
	for _, p := range r.Parents {
		i, ok := d.home[p]
		if !ok || at >= 0 && at != i {
			return d.sources[0].root
		}
		at = i
	}
	return d.sources[max(at, 0)].root
}

// writeFile makes a file that is never seen half written.
func writeFile(name string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".gen-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
