package modelscan

import (
	"slices"
	"testing"
)

// TestFormerNameOfEveryDirective: whatever a directive declares can say what it was
// called, or there is a reason. testdata/*was.txtar has what is read and refused.
func TestFormerNameOfEveryDirective(t *testing.T) {
	t.Parallel()
	const (
		hint       = "//gen:was"
		option     = "was among its options"
		refused    = "refused: the names of all that is in it go with it"
		definition = "found by its definition and renamed in place"
		nothing    = "makes nothing that has a name"
	)
	how := map[string]string{
		"table": hint, "enum": hint, "sequence": option, "schema": refused,
		"pk": definition, "index": definition, "unique": definition, "check": definition, "fk": definition, "exclude": definition,
		"partition": "a partition is a table, and its struct has //gen:was; one that the directive itself makes is found by no name",
		"was":       nothing, "comment": nothing, "ignore": nothing, "type": nothing, "inherits": nothing,
	}
	for _, name := range directiveNames() {
		rule := directiveRules[name]
		if rule.later == "" && how[name] == "" {
			t.Errorf("//gen:%s: nobody has said how it is renamed", name)
		}
		delete(how, name)
	}
	if len(how) > 0 {
		t.Errorf("no directives any more: %v", how)
	}
	for _, name := range []string{"table", "enum"} {
		if rule := directiveRules["was"]; rule.place != directiveRules[name].place && !ofEnums["was"] {
			t.Errorf("//gen:was does not stand where //gen:%s does", name)
		}
	}
	if !slices.Contains(directiveNames(), "was") {
		t.Error("there is no //gen:was")
	}
}
