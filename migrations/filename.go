package migrations

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// FileNames is how the files of new revisions are called. The name is for
// people; the order comes from the graph.
type FileNames struct {
	// Template is the path below the revision directory, without ".sql", which
	// is added. Its tokens are {id}, {slug} (the message's words), {year},
	// {month}, {day}, {hour}, {minute}, {second} (of the creation time, in UTC)
	// and {epoch} (the same in seconds since 1970). {id} is required. A '/'
	// makes directories. An empty {slug} takes the '_', '-' or '.' before it
	// along. Empty means DefaultFileTemplate.
	Template string
	// SlugLength is where {slug} is cut, in characters, at the end of a word.
	// 0 means 40.
	SlugLength int
}

// DefaultFileTemplate gives 20261122_0814_9c41d07be2a5_orders_add_status.sql.
const DefaultFileTemplate = "{year}{month}{day}_{hour}{minute}_{id}_{slug}"

const slugLimit = 40

var fileTokens = []string{"id", "slug", "year", "month", "day", "hour", "minute", "second", "epoch"}

var tokenPattern = regexp.MustCompile(`[_.-]?\{[^{}]*\}`)

// Check returns why the template cannot name files, or nil.
func (n FileNames) Check() error {
	if n.SlugLength < 0 {
		return fmt.Errorf("the slug length %d is negative", n.SlugLength)
	}
	if n.Template == "" {
		return nil
	}
	rest := tokenPattern.ReplaceAllString(n.Template, "")
	for _, m := range tokenPattern.FindAllString(n.Template, -1) {
		token := strings.Trim(m[strings.Index(m, "{"):], "{}")
		if !contains(fileTokens, token) {
			return fmt.Errorf("file template %q: there is no token {%s}: %s", n.Template, token, didYouMean(token, fileTokens))
		}
	}
	switch {
	case strings.ContainsAny(rest, "{}"):
		return fmt.Errorf("file template %q: a brace has no partner", n.Template)
	case !strings.Contains(n.Template, "{id}"):
		return fmt.Errorf("file template %q has no {id}: two revisions of one minute would have one name", n.Template)
	case strings.ContainsAny(rest, "\\:*?\"<>|\x00\n"):
		return fmt.Errorf("file template %q holds a character that not every file system takes", n.Template)
	}
	for part := range strings.SplitSeq(n.Template, "/") {
		if part == "" || part[0] == '.' || part[0] == '_' {
			return fmt.Errorf("file template %q: a part of it is empty or begins with . or _, and such files are not read", n.Template)
		}
	}
	return nil
}

// Name is the path of r's file below its revision directory, with '/'.
func (n FileNames) Name(r *Revision) string {
	template, limit := n.Template, n.SlugLength
	if template == "" {
		template = DefaultFileTemplate
	}
	if limit == 0 {
		limit = slugLimit
	}
	at := r.Created.UTC()
	values := map[string]string{
		"id": r.ID, "slug": slug(r.Message, limit), "epoch": strconv.FormatInt(at.Unix(), 10),
		"year": at.Format("2006"), "month": at.Format("01"), "day": at.Format("02"),
		"hour": at.Format("15"), "minute": at.Format("04"), "second": at.Format("05"),
	}
	name := tokenPattern.ReplaceAllStringFunc(template, func(m string) string {
		before, token, _ := strings.Cut(strings.TrimSuffix(m, "}"), "{")
		if values[token] == "" {
			return ""
		}
		return before + values[token]
	})
	parts := strings.Split(name, "/")
	for i := range parts {
		parts[i] = strings.TrimLeft(parts[i], "_.-")
	}
	return path.Join(parts...) + ".sql"
}

// FileName is the name a revision's file gets without a template:
// <yyyymmdd>_<hhmm>_<id>_<slug>.sql, with the time in UTC and the message's
// words, cut at 40 characters.
func FileName(r *Revision) string { return FileNames{}.Name(r) }

// UseFileNames has Create name files by n. It is an error when n cannot.
func (d *Dir) UseFileNames(n FileNames) error {
	if err := n.Check(); err != nil {
		return err
	}
	d.names = n
	return nil
}

// slug makes lower-case words joined by '_', cut at a word boundary.
func slug(message string, limit int) string {
	words := strings.FieldsFunc(strings.ToLower(message), func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c)
	})
	var out []rune
	for i, w := range words {
		word := []rune(w)
		switch {
		case i == 0 && len(word) > limit:
			return string(word[:limit])
		case i == 0:
			out = word
		case len(out)+1+len(word) > limit:
			return string(out)
		default:
			out = append(append(out, '_'), word...)
		}
	}
	return string(out)
}

// errNotHere says that a directory is none of those that were opened.
var errNotHere = errors.New("not one of the revision directories")

// Dirs are the directories given to Open, empty for a file system of Load.
func (d *Dir) Dirs() []string {
	out := make([]string, len(d.sources))
	for i, s := range d.sources {
		out[i] = s.root
	}
	return out
}

// sourceAt is the index of the source that is a directory.
func (d *Dir) sourceAt(dir string) (int, error) {
	i := slices.IndexFunc(d.sources, func(s source) bool { return s.root != "" && sameDir(s.root, dir) })
	if i < 0 {
		return 0, fmt.Errorf("%s is %w: %s", dir, errNotHere, strings.Join(d.Dirs(), ", "))
	}
	return i, nil
}

// sameDir reports whether two paths lead to one directory, however they are
// spelled: relative, absolute or through a link. What is not there yet equals
// its own spelling.
func sameDir(a, b string) bool {
	if filepath.Clean(a) == filepath.Clean(b) {
		return true
	}
	at, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(at, other)
}
