package corpus_test

import (
	"slices"
	"strings"
	"testing"
)

// peers is what four other tools made of a case: Atlas community,
// pg-schema-diff, psqldef, pgschema, in the versions docs/compare.md names,
// measured on PostgreSQL 15. S: silent, E: error, W: wrong, D: data lost.
const peers = `view S ok ok ok
func S ok ok ok~
seq S ok E ok
domain E E ok ok
composite E E E ok
exclude ok W ok ok
rls S ok ok ok
part S ok ok ok
inherit W E ok W
check_nocol S ok ok ok
notvalid S ok E S
unlogged S S S ok
storage S S E S
collate S ok S S
trigger S ok ok ok
enum_drop_last S E S S
enum_drop_middle E E S S
enum_add E ok E E
t2b E ok E ok
grants S ok S ok
comments ok S ok ok
identityseq S ok S S
fksetnullcols W ok E W
deferrable S ok E ok
matview S ok ok ok
uniq_to_constraint S ok E E
rename_col D D D D
rename_tab D D D D
gen_change E S S S
compress S S S S
idx_reloptions S ok ok ok
schema_new ok ok ok S
stats S S E S
addext E ok ok E
view_dep_coltype E E E E
fk_action ok ok E ok
chk_change ok ok ok~ ok~
chk_norm_noop ok~ E ok~ ok~
idx_expr ok ok ok W
serial_to_identity E ok~ E ok
text_to_enum E E ok ok
drop_ref_enum ok ok ok E
quoted E ok ok E
array_default ok ok~ ok ok
nextval_default E ok E W
domain_change E S W ok
enum_reorder E S S S
enum_rename_val W E W W
gen_drop_expr ok S S S
plain_to_gen E S S S
part_key_change E E S S
part_detach S E ok ok
fk_not_valid W ok ok W
cross_schema_fk ok ok ok S
replica_identity S ok E S
col_collate_new ok ok E W
collation_obj E E E W
deferrable2 S ok ok ok
fksetnullcols2 W ok W W
t2b_using E E E ok
drop_view_dep E ok ok ok
two_fk_cycle_drop ok ok E ok
enum_unused_drop_val E ok S S
idx_desc_nulls ok ok ok W
timestamptz_prec ok ok ok W
uniq_deferrable S E ok ok
drop_all_comments ok S ok ok
ident_to_plain E ok ok ok`

// peersRight are the cases that all four get right.
const peersRight = `ext_citext nullsnd notnull addidx dflt_change dflt_func add_notnull_col circular_fk idx_partial_change idx_hash_brin
type_widen add_serial pk_change uniq_rename drop_table_fk json_default_change gen_add unnamed_chk self_fk drop_col_indexed fk_action2
inh_partial_uniq numeric_prec chk_noinherit long_names`

// peersOf are the words for a case, four empty ones where nobody was asked.
func peersOf(id string) []string {
	if slices.Contains(strings.Fields(peersRight), id) {
		return []string{"ok", "ok", "ok", "ok"}
	}
	words := map[string]string{"S": "silent", "E": "error", "W": "wrong", "D": "lost"}
	for _, line := range strings.Split(peers, "\n") {
		if f := strings.Fields(line); f[0] == id {
			for i, w := range f[1:] {
				if full, ok := words[w]; ok {
					f[i+1] = full
				}
			}
			return f[1:]
		}
	}
	return make([]string, 4)
}

// TestEveryProbeHasACase: what the others were given is in the battery.
func TestEveryProbeHasACase(t *testing.T) {
	have := map[string]bool{}
	for _, g := range battery() {
		for _, c := range g.changes {
			if have[c.id] {
				t.Errorf("two cases are called %s", c.id)
			}
			have[c.id] = true
		}
	}
	asked := strings.Fields(peersRight)
	for _, line := range strings.Split(peers, "\n") {
		asked = append(asked, strings.Fields(line)[0])
	}
	if len(asked) != 93 {
		t.Errorf("%d probes, there are 93", len(asked))
	}
	for _, id := range asked {
		if !have[id] {
			t.Errorf("no case for %s", id)
		}
	}
}
