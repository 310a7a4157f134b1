package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/internal/phrase"
	"github.com/gen-migrate/gen/migrations"
)

func txChecks() []check {
	return []check{
		{"TX01", controlInBody},
		{"TX02", notRerunnable},
		{"TX04", assignedTwice},
		{"TX05", unverified},
		{"TX06", concatenated},
	}
}

func controlInBody(v *visit) {
	for _, body := range v.bodies() {
		for i, w := range body {
			if (w.Is("COMMIT") || w.Is("ROLLBACK")) && i+1 < len(body) && (body[i+1].Is(";") || body[i+1].Is("AND") || body[i+1].Is("WORK")) && !body[i:].Begins("ROLLBACK", "TO") {
				v.say("", v.name(), "the body says %s", w.Text)
				return
			}
		}
	}
}

func notRerunnable(v *visit) {
	if v.verb == "CALL" && v.step.Tx == migrations.TxEach {
		v.say("", "", "whether the procedure ran before a crash cannot be found out")
	}
}

func assignedTwice(v *visit) {
	names := v.rest.Assigned(v.verb, local)
	switch v.verb {
	case "CREATE TABLE":
		for _, c := range v.columns {
			names = append(names, c.name)
		}
	case "ALTER TABLE":
		for _, a := range v.actions {
			if a.kind == "ADD COLUMN" && !a.guarded {
				names = append(names, a.column)
			}
		}
	}
	for i, name := range names {
		if name != "" && slices.Contains(names[:i], name) {
			v.say("", v.name()+"."+name, "%s stands there twice", name)
			return
		}
	}
}

func unverified(v *visit) {
	switch {
	case v.unknown != "":
		v.say("", v.name(), "gen lint cannot tell what %s does", v.unknown)
	case v.verb == "DO" && !v.ofSerial():
		v.say("", "", "what the block does is not looked into")
	case v.verb == "CALL":
		v.say("", "", "what the procedure does cannot be told")
	case v.verb == "WITH" && v.writes():
		v.say("", "", "which rows the WITH writes is not looked into")
	}
}

// ofSerial reports whether the block is the one that gen writes for the
// sequence of a serial column: it gets the column's new type, or goes.
func (v *visit) ofSerial() bool {
	bodies := v.bodies()
	if len(bodies) != 1 || v.verb != "DO" {
		return false
	}
	call, ok := bodies[0].After("BEGIN", "EXECUTE")
	if !ok || len(call) < 5 || !call[1:].Begins("|", "|", "PG_GET_SERIAL_SEQUENCE", "(") {
		return false
	}
	_, rest, _ := call[4:].Inside()
	if call[0].Plain == "'DROP SEQUENCE '" {
		return len(rest) == 2 && rest.Begins(";", "END")
	}
	as, ok := rest.After("|", "|")
	return ok && call[0].Plain == "'ALTER SEQUENCE '" && len(as) == 3 && strings.HasPrefix(as[0].Plain, "' AS ") && as[1:].Begins(";", "END")
}

// writes reports whether a WITH has a part that writes.
func (v *visit) writes() bool {
	return slices.ContainsFunc(v.p, func(w phrase.Word) bool {
		return w.Is("UPDATE") || w.Is("DELETE") || w.Is("INSERT") || w.Is("MERGE")
	}) && v.step.Tx != migrations.TxBatch
}

func concatenated(v *visit) {
	if v.ofSerial() {
		return
	}
	for _, body := range v.bodies() {
		for i := range body {
			if !body[i].Is("EXECUTE") || i > 0 && (body[i-1].Is("FOR") || body[i-1].Is("EACH")) {
				continue
			}
			stmt := body[i:]
			for j := 1; j < len(stmt); j++ {
				if stmt[j].Is(";") || stmt[j].Is("USING") || stmt[j].Is("INTO") {
					break
				}
				if stmt[j].Is("FUNCTION") || stmt[j].Is("PROCEDURE") {
					break
				}
				if stmt[j].Is("|") && stmt[j-1].Is("|") {
					v.say("", v.name(), "EXECUTE of a text put together with ||")
					return
				}
			}
		}
	}
}
