package sqlite

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// Whatever definition SQLite takes, Inspect reads as SQLite does: its facts
// are held against the pragmas, and what it read, written out again, reads
// the same.
func TestInspectGrammar(t *testing.T) {
	taken := 0
	for seed := range 600 {
		g := grammar{rand.New(rand.NewPCG(uint64(seed), 3))}
		db := open(t)
		var script []string
		for _, s := range g.script() {
			if _, err := db.Exec(s); err == nil {
				script = append(script, s)
			}
		}
		if len(script) == 0 {
			db.Close()
			continue
		}
		taken++
		have, _, err := Inspect(context.Background(), db, introspect.Options{})
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, strings.Join(script, ";\n"))
		}
		again := open(t)
		for i := range have.Tables {
			for _, s := range append([]string{createTable(&have.Tables[i])}, indexes(&have.Tables[i])...) {
				if _, err := again.Exec(s); err != nil {
					t.Fatalf("seed %d: %v: %s\nmade of\n%s", seed, err, s, strings.Join(script, ";\n"))
				}
			}
		}
		second := inspect(t, again)
		for i := range have.Tables {
			a, b := &have.Tables[i], &second.Tables[i]
			if createTable(a) != createTable(b) || strings.Join(indexes(a), ";") != strings.Join(indexes(b), ";") {
				t.Fatalf("seed %d: got %s, then %s\nmade of\n%s", seed, createTable(a), createTable(b), strings.Join(script, ";\n"))
			}
		}
		db.Close()
		again.Close()
	}
	if taken < 100 {
		t.Errorf("SQLite took only %d of the definitions", taken)
	}
}

func indexes(t *schema.Table) []string {
	var out []string
	for _, x := range t.Indexes {
		out = append(out, createIndex(t.Name.Local, x))
	}
	return out
}

// A grammar writes definitions in every form the parser of SQLite knows.
type grammar struct{ *rand.Rand }

func (g grammar) one(from ...string) string { return from[g.IntN(len(from))] }

// maybe returns one of the texts in half of the cases.
func (g grammar) maybe(from ...string) string {
	if g.IntN(2) == 0 {
		return ""
	}
	return " " + g.one(from...)
}

func (g grammar) script() []string {
	var out []string
	for i := range 1 + g.IntN(3) {
		t := fmt.Sprintf("t%d", i)
		out = append(out, g.table(t))
		for j := range g.IntN(3) {
			out = append(out, fmt.Sprintf("create %s INDEX%s %s on %s (%s)%s", g.maybe("unique"), g.maybe("if not exists"), g.quote(fmt.Sprintf("%si%d", t, j)), g.quote(t),
				g.list(func() string { return g.key(true) }), g.maybe("where "+g.expr(), "WHERE ("+g.expr()+")")))
		}
	}
	return out
}

func (g grammar) list(f func() string) string {
	out := []string{f()}
	for g.IntN(3) == 0 {
		out = append(out, f())
	}
	return strings.Join(out, g.one(",", " , ", ",\n"))
}

func (g grammar) quote(name string) string {
	return g.one(name, strings.ToUpper(name), `"`+name+`"`, "["+name+"]", "`"+name+"`", "'"+name+"'")
}

func (g grammar) column() string {
	return g.one("a", "B", "[c d]", `"E""f"`, "key", "`desc`", "ü", "end", "no", "generated")
}

func (g grammar) key(index bool) string {
	k := g.column()
	if index && g.IntN(3) == 0 {
		k = g.one("("+g.expr()+")", "lower("+k+")", k+" || 'x'", "("+k+")")
	}
	return k + g.maybe("collate nocase", "COLLATE rtrim", `collate "binary"`) + g.maybe("asc", "DESC")
}

func (g grammar) expr() string {
	a, b := g.column(), g.column()
	return g.one(a+">0", a+" is not null", a+" NOTNULL", a+" between -1 and - 2", "("+a+"!="+b+")", a+" in (1,2 , 'x''y')", "not "+a, "length( "+a+" )<5 and "+b+"==x'0A'",
		"case when "+a+" then 1 else "+b+" end", "cast("+a+" as integer)>1e3", a+" like 'x%' escape '\\'", "t0."+a+" > 1", a+" /* c */ + -- d\n 1", "- -"+a, "(("+a+"))", a+" is not distinct from "+b, a+"->>'$.x'")
}

func (g grammar) table(name string) string {
	cols := []string{"a", "B", "[c d]", `"E""f"`, "key", "`desc`", "ü", "end", "no", "generated"}
	var parts []string
	for _, c := range cols[:2+g.IntN(len(cols)-1)] {
		parts = append(parts, c+g.maybe("int", "INTEGER", "Varchar ( 20 )", "double precision", `"odd type"`, "decimal(5,-2)", "key", "'text'", "native character(70)")+g.columnConstraints())
	}
	text := "create TABLE " + g.quote(name) + " (" + strings.Join(parts, g.one(", ", ",\n\t", " , -- x\n"))
	sep := ","
	for g.IntN(2) == 0 {
		text += sep + g.maybe("constraint "+g.quote("k")) + " " + g.one(
			"primary key ("+g.list(func() string { return g.key(false) })+")"+g.conflict(), "unique ("+g.list(func() string { return g.key(false) })+")"+g.conflict(),
			"check ("+g.expr()+")"+g.conflict(), "foreign key ("+g.column()+")"+g.reference()+g.deferrable(), "foreign key ("+g.column()+", a)"+g.reference())
		sep = g.one(",", " ")
	}
	return text + ")" + g.maybe("strict", "WITHOUT rowid", "strict, without ROWID", "")
}

func (g grammar) conflict() string {
	return g.maybe("on conflict replace", "ON CONFLICT ignore", "", "")
}

func (g grammar) columnConstraints() string {
	text := ""
	for g.IntN(2) == 0 {
		text += g.maybe("constraint " + g.quote("k"))
		switch g.IntN(9) {
		case 0:
			text += " not null" + g.conflict()
		case 1:
			text += " null"
		case 2:
			text += " default" + g.one(" 1", "-1", " + 2.5", " 'x''y'", ` "dq"`, " word", " current_time", "(1+2)", " (('x'))", " null", " x'00'", " true", " - 0x1F")
		case 3:
			text += " collate" + g.one(" nocase", ` "RTRIM"`, " 'binary'")
		case 4:
			text += " unique" + g.conflict()
		case 5:
			text += " check (" + g.expr() + ")"
		case 6:
			text += g.reference() + g.deferrable()
		case 7:
			text += " " + g.one("generated always as", "AS") + " (" + g.expr() + ")" + g.maybe("stored", "VIRTUAL")
		case 8:
			text += " primary key" + g.maybe("asc", "desc") + g.conflict() + g.maybe("autoincrement")
		}
	}
	return text
}

func (g grammar) reference() string {
	return " references " + g.quote(fmt.Sprintf("t%d", g.IntN(3))) + g.one("", " (a)", "([c d])", "(B, a)") +
		g.maybe("on delete cascade", "ON UPDATE set null", "on delete no action on update restrict", "on insert set default") + g.maybe("match full", "match simple")
}

func (g grammar) deferrable() string {
	return g.maybe("deferrable", "not deferrable", "deferrable initially deferred", "DEFERRABLE INITIALLY immediate", "not deferrable initially deferred")
}
