package modelscan

import (
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// gormTableOptions are what Set("gorm:table_options", …) appends to every
// CREATE TABLE, read once:
//
//	PostgreSQL  WITH (name = value, …)
//	SQLite      STRICT, WITHOUT ROWID
//
// Options of MySQL stand in many programs that run on other databases too,
// behind an if; they are passed over with a warning. The rest is refused.
func (s *scanner) gormTableOptions() (options []schema.Option, strict, withoutRowid, ok bool) {
	t := text{s: s.o.Gorm.TableOptions, offs: make([]int32, len(s.o.Gorm.TableOptions))}
	sp := newSQLParser(t, s.fold)
	refuse := func(what string) {
		s.probs.add(schema.Pos{}, "say it above the structs with //gen:table, or leave table_options empty", "table_options of [gorm]: %s: %q", what, t.s)
	}
	switch {
	case sp.bad != nil:
		refuse("it cannot be read")
		return nil, false, false, false
	case sp.done():
	case isMySQLOptions(sp):
		s.probs.warn(schema.Pos{}, "leave it out where the program sets it for MySQL alone; AutoMigrate fails with it here",
			"table_options of [gorm] are those of MySQL and are passed over: %q", t.s)
	case s.postgres() && sp.accept("with") && sp.isPunct("("):
		sp.acceptPunct("(")
		for first := true; sp.bad == nil && !sp.acceptPunct(")"); first = false {
			if !first && !sp.acceptPunct(",") {
				sp.fail("expected ,")
				break
			}
			o := schema.Option{Name: foldASCII(sp.ident("an option").raw), Value: "true"}
			for sp.acceptPunct(".") {
				o.Name += "." + foldASCII(sp.ident("an option").raw)
			}
			if sp.acceptPunct("=") {
				o.Value = sp.optionValue()
			}
			if _, known := postgresTableOptions[strings.TrimPrefix(o.Name, "toast.")]; sp.bad == nil && !known {
				refuse("PostgreSQL has no storage parameter " + o.Name)
				return nil, false, false, false
			}
			options = append(options, o)
		}
		if sp.end(); sp.bad != nil {
			refuse("it cannot be read")
			return nil, false, false, false
		}
	case s.sqlite() && (sp.isWord("strict") || sp.isWord("without")):
		for {
			switch {
			case sp.accept("strict"):
				strict = true
			case sp.accept("without"):
				if !sp.accept("rowid") {
					sp.fail("expected ROWID")
				}
				withoutRowid = true
			default:
				sp.fail("expected STRICT or WITHOUT ROWID")
			}
			if !sp.acceptPunct(",") {
				break
			}
		}
		if sp.end(); sp.bad != nil {
			refuse("it cannot be read")
			return nil, false, false, false
		}
	default:
		refuse(s.productName() + " tables have no such option that gen knows")
		return nil, false, false, false
	}
	return options, strict, withoutRowid, true
}

// isMySQLOptions reports whether the text begins as MySQL's table options do.
func isMySQLOptions(p *sqlParser) bool {
	t := p.peek()
	return t.kind == tokWord && (mysqlTableOptions[t.s] || t.s == "default" || t.s == "character" || t.s == "comment" || t.s == "auto_increment")
}
