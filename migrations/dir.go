package migrations

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

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
	sources := make([]source, len(dirs))
	for i, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil {
			return nil, fmt.Errorf("reading revisions: %w", err)
		}
		if !info.IsDir() {
			return nil, fmt.Errorf("reading revisions: %s is not a directory", dir)
		}
		sources[i] = source{os.DirFS(dir), dir}
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

// load reads every *.sql below the sources, except in directories whose names
// begin with '.' or '_'. All files' mistakes are reported at once, as
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
			if entry.IsDir() && hidden {
				return fs.SkipDir
			}
			if entry.IsDir() || hidden || path.Ext(name) != ".sql" {
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
		if !strings.Contains(filepath.Base(r.Path), r.ID) {
			out = append(out, &FileError{Path: r.Path, Line: 1, Col: 1,
				Msg: "the file's name does not hold its revision id " + r.ID, Hint: "rename it to " + FileName(r)})
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

// FileName is the name a revision's file gets: <yyyymmdd>_<hhmm>_<id>_<slug>.sql,
// with the time in UTC and the message's words, cut at 40 characters.
func FileName(r *Revision) string {
	name := r.Created.UTC().Format("20060102_1504") + "_" + r.ID
	if s := slug(r.Message); s != "" {
		name += "_" + s
	}
	return name + ".sql"
}

const slugLimit = 40

// slug makes lower-case words joined by '_', cut at a word boundary.
func slug(message string) string {
	words := strings.FieldsFunc(strings.ToLower(message), func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c)
	})
	var out []rune
	for i, w := range words {
		word := []rune(w)
		switch {
		case i == 0 && len(word) > slugLimit:
			return string(word[:slugLimit])
		case i == 0:
			out = word
		case len(out)+1+len(word) > slugLimit:
			return string(out)
		default:
			out = append(append(out, '_'), word...)
		}
	}
	return string(out)
}

// Create writes r into the first directory, or into the one of its parents
// when they stand together in another, and brings HEADS up to date. The file
// appears whole or not at all. It returns the file's path. d itself is not
// changed: read the directory again to see the new revision.
func (d *Dir) Create(r *Revision) (string, error) {
	return d.CreateIn(d.defaultSource(r), r)
}

// CreateIn is Create in one of the directories given to Open.
func (d *Dir) CreateIn(dir string, r *Revision) (string, error) {
	i := slices.IndexFunc(d.sources, func(s source) bool { return s.root != "" && filepath.Clean(s.root) == filepath.Clean(dir) })
	if i < 0 {
		return "", fmt.Errorf("writing revision %s: %q is not one of the revision directories", r.ID, dir)
	}
	file := filepath.Join(dir, FileName(r))
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
	if err := writeFile(file, data); err != nil {
		return "", fmt.Errorf("writing revision %s: %w", r.ID, err)
	}
	next := &Dir{dialect: d.dialect, sources: d.sources, revs: append(slices.Clone(d.revs), &rev), home: map[string]int{}, graph: graph}
	for id, home := range d.home {
		next.home[id] = home
	}
	next.home[rev.ID] = i
	if err := next.WriteHeads(); err != nil {
		return "", err
	}
	return file, nil
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
