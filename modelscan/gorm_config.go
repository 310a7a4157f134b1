package modelscan

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"github.com/gen-migrate/gen/modelscan/gorm"
	"github.com/gen-migrate/gen/schema"
)

// gormConfig is GORM's configuration.
func (s *scanner) gormConfig() (gorm.Config, bool) {
	o := s.o.Gorm
	c := gorm.Config{
		Dialect:            s.o.Dialect.Name,
		Naming:             gorm.Naming{TablePrefix: o.TablePrefix, SingularTable: o.SingularTable, NoLowerCase: o.NoLowerCase, IdentifierMaxLength: o.IdentifierMaxLength, Replacer: o.NameReplacer},
		DisableForeignKeys: o.DisableForeignKeys,
		IgnoreRelations:    o.IgnoreRelations,
	}
	if !s.postgres() && !s.sqlite() {
		s.probs.add(schema.Pos{}, "", "GORM models are read for PostgreSQL and SQLite, not for %s", s.productName())
		return c, false
	}
	required := s.l.required()
	version := cmp.Or(o.Version, required["gorm.io/gorm"])
	v, err := parseVersion(version)
	if err == nil && v.Before(1, 20, 0) {
		err = errors.New(version + " is older than 1.20; tags of GORM 1 mean something else")
	}
	if err != nil {
		s.probs.add(schema.Pos{}, `write [gorm] version = "1.25.12"`, "the version of gorm.io/gorm: %s", err)
		return c, false
	}
	if v.Before(1, 24, 0) {
		s.probs.warn(schema.Pos{}, "compare gen schema with what AutoMigrate makes, or update gorm.io/gorm",
			"go.mod requires gorm.io/gorm %s; gen knows the rules of 1.24 and newer and follows those of 1.24", version)
	}
	c.Version = v
	c.Driver = s.gormDriver(required)
	return c, true
}

// gormDriver is the version of the driver that go.mod requires; zero where it
// requires none. glebarez/sqlite is a copy of GORM's own SQLite driver with
// other numbers: 1.9 took over its 1.5.0 and 1.10 its 1.5.4.
func (s *scanner) gormDriver(required map[string]string) gorm.Version {
	v, err := parseVersion(required["gorm.io/driver/"+s.o.Dialect.Name])
	if copied := required["github.com/glebarez/sqlite"]; err == nil && v == (gorm.Version{}) && copied != "" && s.sqlite() {
		if v, err = parseVersion(copied); err == nil {
			switch {
			case !v.Before(1, 10, 0):
				v = gorm.Version{Major: 1, Minor: 5, Patch: 4}
			case !v.Before(1, 9, 0):
				v = gorm.Version{Major: 1, Minor: 5}
			default:
				v = gorm.Version{Major: 1, Minor: 4}
			}
		}
	}
	if err != nil {
		return gorm.Version{}
	}
	return v
}

var versionPattern = regexp.MustCompile(`^v?(\d+)\.(\d+)(?:\.(\d+))?`)

// parseVersion reads "v1.25.12" or "1.25"; empty is the zero Version.
func parseVersion(s string) (gorm.Version, error) {
	if s == "" {
		return gorm.Version{}, nil
	}
	m := versionPattern.FindStringSubmatch(s)
	if m == nil {
		return gorm.Version{}, fmt.Errorf("%q is no version", s)
	}
	var n [3]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1])
	}
	return gorm.Version{Major: n[0], Minor: n[1], Patch: n[2]}, nil
}

// required are the versions that the models' go.mod asks for.
func (l *loader) required() map[string]string {
	t := l.fallback
	if t == nil {
		dir := l.dir
		for _, p := range l.models() {
			dir = p.dir
			break
		}
		t = newTree(dir)
	}
	if len(t.versions) == 0 {
		if data, err := os.ReadFile(filepath.Join(l.dir, "go.mod")); err == nil {
			t.readMod(string(data))
		}
	}
	return t.versions
}
