package render

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/schema"
)

func TestSizesAreToldByTheirFirstDigit(t *testing.T) {
	for want, s := range map[string]Size{
		"empty":             {},
		"8 kB, 3 rows":      {8192, 3},
		"8 kB":              {8192, -1},
		"1 MB, 10 k rows":   {1000 << 10, 9999},
		"10 GB, 40 M rows":  {12 << 30, 41_000_000},
		"900 MB, 100 rows":  {900 << 20, 97},
		"1 GB, 1 k rows":    {1020 << 20, 999},
		"2 PB, 200 G rows":  {2 << 50, 160_000_000_000},
		"500 bytes, 0 rows": {512, 0},
	} {
		if got := s.String(); got != want {
			t.Errorf("%v: got %q, want %q", s, got, want)
		}
	}
}

func TestLocksOfSmallTablesAreNotes(t *testing.T) {
	table := func(local string) schema.Name { return schema.Name{Schema: "public", Local: local} }
	sizes := map[schema.Name]Size{table("small"): {8192, 10}, table("large"): {12 << 30, 40_000_000}}
	for name, tc := range map[string]struct {
		locks []Lock
		want  []string
	}{
		"small":                       {[]Lock{{table("small"), "SHARE", true}}, []string{"  lock SHARE on small · writes wait · no rewrite · no scan", "  size small 8 kB, 10 rows", "  hazard DATA02: d", "  note LOCK01: l"}},
		"large":                       {[]Lock{{table("large"), "SHARE", true}}, []string{"  lock SHARE on large · writes wait · no rewrite · no scan", "  size large 10 GB, 40 M rows", "  hazard DATA02: d", "  hazard LOCK01: l"}},
		"small and large":             {[]Lock{{table("small"), "SHARE", true}, {table("large"), "SHARE", true}}, []string{"  lock SHARE on small, large · writes wait · no rewrite · no scan", "  size small 8 kB, 10 rows; large 10 GB, 40 M rows", "  hazard DATA02: d", "  hazard LOCK01: l"}},
		"small and one of no size":    {[]Lock{{table("small"), "SHARE", true}, {table("t"), "SHARE", true}}, []string{"  lock SHARE on small, t · writes wait · no rewrite · no scan", "  size small 8 kB, 10 rows", "  hazard DATA02: d", "  hazard LOCK01: l"}},
		"a brief lock says no size":   {[]Lock{{table("large"), "SHARE", false}}, []string{"  lock SHARE on large, brief · no rewrite · no scan", "  hazard DATA02: d", "  hazard LOCK01: l"}},
		"large for a moment, no more": {[]Lock{{table("small"), "SHARE", true}, {table("large"), "SHARE", false}}, []string{"  lock SHARE on small, large · writes wait · no rewrite · no scan", "  size small 8 kB, 10 rows", "  hazard DATA02: d", "  note LOCK01: l"}},
	} {
		list := []Statement{{Locks: tc.locks, Hazards: []Hazard{{ID: "DATA02", Text: "d"}, {ID: "LOCK01", Text: "l"}}}}
		TellSizes(list, sizes, 10<<20)
		if d := cmp.Diff(tc.want, Comment(list[0])); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}
