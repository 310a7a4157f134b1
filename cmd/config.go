package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"sort"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/modelscan"
)

const (
	configFile = "gen.toml"
	defaultURL = "sqlite://gen.db"
)

// A config is gen.toml (docs/configuration.md names every key). Keys that are
// absent keep the defaults of defaultConfig.
type config struct {
	Models    []string `toml:"models"`
	Include   []string `toml:"include"`
	Exclude   []string `toml:"exclude"`
	Objects   []string `toml:"objects"`
	Revisions any      `toml:"revisions"` // a string or a list of them; see dirs
	URL       string   `toml:"url"`
	Schemas   []string `toml:"schemas"`
	Tags      string   `toml:"tags"`

	Naming struct {
		Columns string `toml:"columns"` // snake | lower
	} `toml:"naming"`
	Comments string `toml:"comments"` // tag | doc
	Accepted string `toml:"accepted"` // the accept list; empty: acceptedFile where it is there

	Gorm  *gormConfig       `toml:"gorm"` // nil: GORM's tags are not read
	Xorm  *xormConfig       `toml:"xorm"` // nil: xorm's tags are not read
	Ent   *entConfig        `toml:"ent"`  // nil: no tables of ent
	Bun   *bunConfig        `toml:"bun"`  // nil: bun's tags are not read
	Types map[string]string `toml:"types"`

	Ignore struct {
		Tables    []string `toml:"tables"`
		Views     []string `toml:"views"`
		Functions []string `toml:"functions"`
		Enums     []string `toml:"enums"`
		Sequences []string `toml:"sequences"`
		Owners    []string `toml:"owners"`
		Kinds     []string `toml:"kinds"`
	} `toml:"ignore"`

	SQLite struct {
		Library sqliteVersion `toml:"library"`
	} `toml:"sqlite"`

	Postgres struct {
		Privileges bool     `toml:"privileges"`
		Online     bool     `toml:"online"` // true unless the file says otherwise
		Sizes      bool     `toml:"sizes"`
		Probe      bool     `toml:"probe"`       // true unless the file says otherwise
		SmallTable string   `toml:"small_table"` // "10MB"
		Bin        any      `toml:"bin"`         // a string or a list of them
		bins       []string // Bin as a list
	} `toml:"postgres"`

	Revision struct {
		FileTemplate string `toml:"file_template"`
		SlugLength   int    `toml:"slug_length"`
		Filter       string `toml:"filter"`
	} `toml:"revision"`

	Lint map[string]string `toml:"lint"` // threshold, and severities by rule

	Hooks struct {
		AfterWrite []string `toml:"after_write"`
	} `toml:"hooks"`

	Run struct {
		Lock             string   `toml:"lock"` // session | transaction
		LockWait         duration `toml:"lock_wait"`
		LockTimeout      duration `toml:"lock_timeout"`
		StatementTimeout duration `toml:"statement_timeout"`
		BatchTimeout     duration `toml:"batch_timeout"`
		OutsideTimeout   duration `toml:"outside_timeout"`
		Precheck         bool     `toml:"precheck"`
		PrecheckTimeout  duration `toml:"precheck_timeout"`
		Program          string   `toml:"program"`
		Schema           string   `toml:"schema"`
	} `toml:"run"`

	Env map[string]envConfig `toml:"env"`

	path string   // the file read; empty: there is none
	dirs []string // Revisions as a list

	expanded bool // URL has its variables filled in: it is one of a list of targets
}

// A gormConfig is [gorm]: the configuration that the program gives to GORM, and
// its models.
type gormConfig struct {
	Models              []string `toml:"models"`
	Mode                string   `toml:"mode"` // exact | compat
	Version             string   `toml:"version"`
	TablePrefix         string   `toml:"table_prefix"`
	SingularTable       bool     `toml:"singular_table"`
	NoLowerCase         bool     `toml:"no_lower_case"`
	IdentifierMaxLength int      `toml:"identifier_max_length"`
	DisableForeignKeys  bool     `toml:"disable_foreign_keys"`
	IgnoreRelations     bool     `toml:"ignore_relations"`
	NameReplacer        []string `toml:"name_replacer"`
	TableOptions        string   `toml:"table_options"`

	Calls      [][]string        `toml:"calls"` // in place of Models
	JoinTables map[string]string `toml:"join_tables"`
}

// gormOptions is [gorm] for the scan of the models; nil without it.
func (c *config) gormOptions() *modelscan.GormOptions {
	g := c.Gorm
	if g == nil {
		return nil
	}
	return &modelscan.GormOptions{
		Models: g.Models, Version: g.Version, Types: c.Types, Compat: g.Mode == "compat",
		TablePrefix: g.TablePrefix, SingularTable: g.SingularTable, NoLowerCase: g.NoLowerCase, IdentifierMaxLength: g.IdentifierMaxLength,
		DisableForeignKeys: g.DisableForeignKeys, IgnoreRelations: g.IgnoreRelations, JoinTables: g.JoinTables,
		NameReplacer: g.NameReplacer, TableOptions: g.TableOptions, Calls: g.Calls,
	}
}

// compat reports whether what the models state is compared alone.
func (c *config) compat() bool {
	return c.Gorm != nil && c.Gorm.Mode == "compat" || c.Bun != nil && c.Bun.Mode == "compat"
}

// gormProblems says what is wrong in [gorm] and [types].
func (c *config) gormProblems() []string {
	var problems []string
	if c.Gorm == nil {
		if len(c.Types) > 0 && c.Xorm == nil && c.Bun == nil {
			problems = append(problems, "types: they are used for models of GORM, xorm and bun, and there is no [gorm], no [xorm] and no [bun]; native structs say it with //gen:type")
		}
		return problems
	}
	switch c.Gorm.Mode {
	case "", "exact", "compat":
	default:
		problems = append(problems, fmt.Sprintf("gorm.mode is %q; it is exact (the database is what AutoMigrate makes) or compat (what the tags state counts)", c.Gorm.Mode))
	}
	if n := c.Gorm.IdentifierMaxLength; n < 0 || n > 0 && n < 9 {
		problems = append(problems, fmt.Sprintf("gorm.identifier_max_length is %d; it is 9 or more", n))
	}
	if len(c.Gorm.NameReplacer)%2 != 0 {
		problems = append(problems, "gorm.name_replacer needs pairs of old and new, as strings.NewReplacer takes them")
	}
	if len(c.Gorm.Calls) > 0 && len(c.Gorm.Models) > 0 {
		problems = append(problems, "gorm.calls and gorm.models say the same in two ways: keep calls, which has the models of each call of AutoMigrate, or models, which takes all for those of one")
	}
	return problems
}

// An envConfig is one [env.NAME]: what it says replaces the top level.
type envConfig struct {
	Models    []string `toml:"models"`
	Objects   []string `toml:"objects"`
	Revisions any      `toml:"revisions"`
	URL       string   `toml:"url"`
	Schemas   []string `toml:"schemas"`
	Tags      string   `toml:"tags"`
	Accepted  string   `toml:"accepted"`
}

// A duration is written as Go writes it: "5s", "2m".
type duration time.Duration

func (d *duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is no duration: write it like \"5s\" or \"2m\"", text)
	}
	*d = duration(v)
	return nil
}

// A sqliteVersion is sqlite3_libversion_number of a version written as
// "3.45.1"; 0 when none is given.
type sqliteVersion int

func (v *sqliteVersion) UnmarshalText(text []byte) error {
	var major, minor, patch int
	if n, err := fmt.Sscanf(string(text)+".0", "%d.%d.%d", &major, &minor, &patch); err != nil || n < 3 || major != 3 {
		return fmt.Errorf("%q is no version of SQLite: write it like \"3.45\"", text)
	}
	*v = sqliteVersion(major*1_000_000 + minor*1_000 + patch)
	return nil
}

func defaultConfig() *config {
	c := &config{}
	c.Models = []string{"./..."}
	c.Revisions = "migrations"
	c.Naming.Columns = "snake"
	c.Comments = "tag"
	c.Run.LockWait = duration(2 * time.Minute)
	c.Run.LockTimeout = duration(5 * time.Second)
	c.Run.PrecheckTimeout = duration(time.Minute)
	c.Postgres.Online = true
	c.Postgres.Probe, c.Postgres.SmallTable = true, "10MB"
	return c
}

// loadConfig reads the configuration of --config, or gen.toml if there is
// one, applies --env and the flags, and checks the values. Environment
// variables are not expanded here: see databaseURL.
func (a *app) loadConfig() (*config, error) {
	c := defaultConfig()
	path := a.globals.config
	if path == "" {
		path = configFile
	}
	full := a.path(path)
	text, err := os.ReadFile(full)
	switch {
	case err == nil:
		c.path = full
		if err := c.parse(full, text); err != nil {
			return nil, err
		}
	case errors.Is(err, fs.ErrNotExist) && a.globals.config == "":
		if a.globals.env != "" {
			return nil, withHint(fmt.Errorf("--env %s: there is no %s to take it from", a.globals.env, configFile), "run gen init")
		}
	default:
		return nil, withHint(fmt.Errorf("reading the configuration: %w", err), "run gen init, or name the file with --config")
	}
	if err := c.apply(a.globals.env); err != nil {
		return nil, err
	}
	if a.globals.url != "" {
		c.URL = a.globals.url
	}
	if a.globals.buildTags != "" {
		c.Tags = a.globals.buildTags
	}
	return c, c.check()
}

func (c *config) parse(path string, text []byte) error {
	dec := toml.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	err := dec.Decode(c)
	var strict *toml.StrictMissingError
	var bad *toml.DecodeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &strict):
		return unknownKeys(path, strict)
	case errors.As(err, &bad):
		row, col := bad.Position()
		return withHint(fmt.Errorf("%s:%d:%d: %s", path, row, col, decodeText(bad)),
			"docs/configuration.md shows every key")
	}
	return fmt.Errorf("%s: %s", path, strings.TrimPrefix(err.Error(), "toml: "))
}

var wrongType = regexp.MustCompile(`cannot decode TOML (\S+) into .* of type (.+)$`)

// decodeText says what is wrong in the words of the file, not of Go.
func decodeText(bad *toml.DecodeError) string {
	text := strings.TrimPrefix(bad.Error(), "toml: ")
	m := wrongType.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	want := map[string]string{"[]string": `a list: ["…"]`, "string": `a string: "…"`}[m[2]]
	if want == "" {
		return text
	}
	return fmt.Sprintf("%s is a TOML %s; it must be %s", strings.Join(bad.Key(), "."), m[1], want)
}

// unknownKeys reports every unknown key at once, each with the known key it is
// closest to.
func unknownKeys(path string, strict *toml.StrictMissingError) error {
	var lines []string
	for i := range strict.Errors {
		e := &strict.Errors[i]
		row, col := e.Position()
		key := strings.Join(e.Key(), ".")
		line := fmt.Sprintf("%s:%d:%d: unknown key %s", path, row, col, key)
		if near := nearest(key, configKeys()); near != "" {
			line += fmt.Sprintf(" (did you mean %s?)", near)
		}
		lines = append(lines, line)
	}
	return withHint(errors.New(strings.Join(lines, "\n")), "known keys: "+strings.Join(configKeys(), " "))
}

// configKeys lists the keys of gen.toml from the struct itself, so that the
// list cannot fall behind it.
func configKeys() []string {
	var keys []string
	var walk func(t reflect.Type, prefix string)
	walk = func(t reflect.Type, prefix string) {
		for i := range t.NumField() {
			f := t.Field(i)
			tag := f.Tag.Get("toml")
			switch {
			case tag == "":
			case f.Type.Kind() == reflect.Struct:
				walk(f.Type, prefix+tag+".")
			case f.Type.Kind() == reflect.Pointer:
				walk(f.Type.Elem(), prefix+tag+".")
			case f.Type.Kind() == reflect.Map && f.Type.Elem().Kind() == reflect.Struct:
				walk(f.Type.Elem(), prefix+tag+".NAME.")
			default:
				keys = append(keys, prefix+tag)
			}
		}
	}
	walk(reflect.TypeFor[config](), "")
	return keys
}

func (c *config) apply(env string) error {
	if env == "" {
		return nil
	}
	e, ok := c.Env[env]
	if !ok {
		names := make([]string, 0, len(c.Env))
		for n := range c.Env {
			names = append(names, n)
		}
		sort.Strings(names)
		hint := "the configuration has no [env.NAME] at all"
		if len(names) > 0 {
			hint = "there are: " + strings.Join(names, ", ")
		}
		return withHint(fmt.Errorf("%s has no [env.%s]", c.path, env), hint)
	}
	for _, o := range []struct{ to, from *[]string }{
		{&c.Models, &e.Models}, {&c.Objects, &e.Objects}, {&c.Schemas, &e.Schemas},
	} {
		if len(*o.from) > 0 {
			*o.to = *o.from
		}
	}
	if e.Revisions != nil {
		c.Revisions = e.Revisions
	}
	if e.URL != "" {
		c.URL = e.URL
	}
	if e.Tags != "" {
		c.Tags = e.Tags
	}
	if e.Accepted != "" {
		c.Accepted = e.Accepted
	}
	return nil
}

func (c *config) check() error {
	var problems []string
	if c.Naming.Columns != "snake" && c.Naming.Columns != "lower" {
		problems = append(problems, fmt.Sprintf("naming.columns is %q; it is snake or lower", c.Naming.Columns))
	}
	if c.Comments != "tag" && c.Comments != "doc" {
		problems = append(problems, fmt.Sprintf("comments is %q; it is tag or doc", c.Comments))
	}
	if _, err := parseBytes(c.Postgres.SmallTable); err != nil {
		problems = append(problems, "postgres.small_table: "+err.Error())
	}
	if _, ok := lockModes()[c.Run.Lock]; !ok {
		problems = append(problems, fmt.Sprintf("run.lock is %q; it is session or transaction", c.Run.Lock))
	}
	problems = append(problems, c.gormProblems()...)
	problems = append(problems, c.ormProblems()...)
	problems = append(problems, c.bunProblems()...)
	var ok bool
	if c.dirs, ok = stringList(c.Revisions); !ok {
		problems = append(problems, fmt.Sprintf("revisions is %v; it is a directory or a list of directories", c.Revisions))
	} else if len(c.dirs) == 0 {
		problems = append(problems, "revisions names no directory")
	}
	if c.Postgres.Bin != nil {
		if c.Postgres.bins, ok = stringList(c.Postgres.Bin); !ok {
			problems = append(problems, fmt.Sprintf("postgres.bin is %v; it is a directory or a list of directories", c.Postgres.Bin))
		}
	}
	if err := c.fileNames().Check(); err != nil {
		problems = append(problems, "revision: "+err.Error())
	}
	for _, h := range c.Hooks.AfterWrite {
		if _, err := hookWords(h, nil); err != nil {
			problems = append(problems, "hooks.after_write: "+err.Error())
		}
	}
	problems = append(problems, c.ignoreProblems()...)
	problems = append(problems, c.lintProblems()...)
	if _, err := splitWords(c.Revision.Filter); err != nil {
		problems = append(problems, "revision.filter: "+err.Error())
	}
	if len(problems) == 0 {
		return nil
	}
	for i, p := range problems {
		problems[i] = c.path + ": " + p
	}
	return errors.New(strings.Join(problems, "\n"))
}

// lockModes are the values of run.lock and --lock; the empty one is none given.
func lockModes() map[string]migrations.LockMode {
	return map[string]migrations.LockMode{"": migrations.LockSession, "session": migrations.LockSession, "transaction": migrations.LockTransaction}
}

// fileNames is how new revision files are called.
func (c *config) fileNames() migrations.FileNames {
	return migrations.FileNames{Template: c.Revision.FileTemplate, SlugLength: c.Revision.SlugLength}
}

// stringList is the value of a key that takes one string or a list.
func stringList(v any) (list []string, ok bool) {
	switch v := v.(type) {
	case string:
		return []string{v}, v != ""
	case []any:
		for _, e := range v {
			s, ok := e.(string)
			if !ok {
				return nil, false
			}
			list = append(list, s)
		}
		return list, true
	}
	return nil, false
}

// revisionDirs are the revision directories, as paths.
func (a *app) revisionDirs(c *config) []string {
	dirs := make([]string, len(c.dirs))
	for i, d := range c.dirs {
		dirs[i] = a.path(d)
	}
	return dirs
}

var envVar = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\}`)

// databaseURL expands ${VAR} and ${VAR:-default} in the configured URL and
// registers its password as a secret. With no URL at all the embedded default
// is SQLite in gen.db. A variable that is not set is an error, never an empty
// host.
func (a *app) databaseURL(c *config) (string, error) {
	if c.URL == "" {
		return defaultURL, nil
	}
	if c.expanded {
		return c.URL, nil
	}
	var missing []string
	expanded := envVar.ReplaceAllStringFunc(c.URL, func(m string) string {
		part := envVar.FindStringSubmatch(m)
		if v := a.getenv(part[1]); v != "" {
			return v
		}
		if part[2] != "" {
			return part[3]
		}
		missing = append(missing, part[1])
		return ""
	})
	if len(missing) > 0 {
		where := "--url"
		if a.globals.url == "" {
			where = filepath.Base(c.path) + ": url"
		}
		return "", withHint(fmt.Errorf("%s: %s is not set in the environment", where, strings.Join(missing, ", ")),
			fmt.Sprintf("export %s=postgres://user@host/database, or give --url", missing[0]))
	}
	a.hide(expanded)
	return expanded, nil
}
