package migrations

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
)

// Checksum identifies what Up does: per step its mode, per statement its text
// as lexed. Comments outside statements, header, down section, names and
// timeouts do not count, nor does the file's name; an edited statement always
// changes it. The result is "sha256:" and 64 hex digits.
func (v Variant) Checksum() string { return checksum(v.Up) }

// DownChecksum is Checksum for the way back; empty when there is none.
func (v Variant) DownChecksum() string {
	if v.Down == nil {
		return ""
	}
	return checksum(v.Down)
}

func checksum(steps []Step) string {
	h := sha256.New()
	for _, st := range steps {
		fmt.Fprintf(h, "step tx=%s fk=%t\n", st.Tx, st.ForeignKeysOff)
		for _, u := range stepUnits(0, &st) {
			u.hash(h)
		}
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// unit is what the cursor of the version table counts: one statement or one
// Go call.
type unit struct {
	step      int // index of the step
	of        *Step
	statement *Statement // nil for a Go call
}

// units lists the units of steps in order.
func units(steps []Step) []unit {
	var out []unit
	for i := range steps {
		out = append(out, stepUnits(i, &steps[i])...)
	}
	return out
}

func stepUnits(i int, st *Step) []unit {
	if st.Go != "" {
		return []unit{{i, st, nil}}
	}
	out := make([]unit, len(st.Statements))
	for j := range st.Statements {
		out[j] = unit{i, st, &st.Statements[j]}
	}
	return out
}

// hash writes the unit so that no two lists of units write the same bytes.
func (u unit) hash(h hash.Hash) {
	if u.statement == nil {
		fmt.Fprintf(h, "go %d:%s %d:%s\n", len(u.of.Go), u.of.Go, len(u.of.GoRev), u.of.GoRev)
		return
	}
	fmt.Fprintf(h, "sql %d:%s\n", len(u.statement.SQL), u.statement.SQL)
}

// prefixHash identifies the first n units: what a half-applied revision has
// already run. Modes do not count, so regrouping what remains is allowed.
func prefixHash(us []unit, n int) string {
	if n == 0 {
		return ""
	}
	h := sha256.New()
	for _, u := range us[:n] {
		u.hash(h)
	}
	return hex.EncodeToString(h.Sum(nil))
}
