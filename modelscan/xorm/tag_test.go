package xorm

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSplitTag: how a tag falls into words, where that is not plain.
func TestSplitTag(t *testing.T) {
	for _, c := range []struct {
		name, tag string
		want      []word
	}{
		{"words and spaces", "  pk   autoincr ", []word{{name: "pk"}, {name: "autoincr"}}},
		{"parentheses", "varchar(20) numeric(10, 2)", []word{{"varchar", []string{"20"}}, {"numeric", []string{"10", "2"}}}},
		{"quotes keep spaces and commas", "'a b' default 'x, y'", []word{{name: "'a b'"}, {name: "default"}, {name: "'x, y'"}}},
		{"quotes in parentheses", "comment('a, b (c)')", []word{{"comment", []string{"'a, b (c)'"}}}},
		{"a space in parentheses begins the value", "numeric( 5)", []word{{"numeric", []string{"5"}}}},
		{"and ends it", "numeric(5 )", []word{{"numeric", []string{""}}}},
		{"parentheses do not nest", "default(now())", []word{{"default(now", []string{"", ")"}}}},
		{"without a space behind them", "varchar(5)x", []word{{"varchar", []string{"5"}}}},
		{"empty parentheses", "index()", []word{{"index", []string{""}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := splitTag(c.tag)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(word{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if _, err := splitTag("pk,notnull"); err == nil {
		t.Error("a comma outside of quotes passes")
	}
}

// TestMapper: names by each rule.
func TestMapper(t *testing.T) {
	for _, c := range []struct{ name, snake, gonic string }{
		{"ID", "i_d", "id"},
		{"UserID", "user_i_d", "user_id"},
		{"HTTPPort", "h_t_t_p_port", "http_port"},
		{"IDs", "i_ds", "i_ds"},
		{"X", "x", "x"},
		{"Name_X", "name__x", "name__x"},
		{"S3Key", "s3_key", "s3_key"},
		{"created", "created", "created"},
	} {
		if got := (Mapper{}).Name(c.name); got != c.snake {
			t.Errorf("snake %s: %s, want %s", c.name, got, c.snake)
		}
		if got := (Mapper{Rule: "gonic"}).Name(c.name); got != c.gonic {
			t.Errorf("gonic %s: %s, want %s", c.name, got, c.gonic)
		}
	}
	if got := (Mapper{Rule: "same", Prefix: "p_", Suffix: "_s"}).Name("UserID"); got != "p_UserID_s" {
		t.Errorf("same with prefix and suffix: %s", got)
	}
}

// TestIndexName: the table's part of the name has no schema and no quotes.
func TestIndexName(t *testing.T) {
	for _, c := range []struct {
		ix          Index
		table, want string
	}{
		{Index{Name: "a"}, "t", "IDX_t_a"},
		{Index{Name: "a", Unique: true}, "t", "UQE_t_a"},
		{Index{Name: "IDX_mine", Unique: true}, "t", "IDX_mine"},
		{Index{Name: "UQE_mine"}, "t", "UQE_mine"},
		{Index{Name: "idx_mine"}, "t", "IDX_t_idx_mine"},
		{Index{Name: "a"}, `"other"."t"`, "IDX_t_a"},
	} {
		if got := indexName(c.ix, c.table); got != c.want {
			t.Errorf("%+v of %s: %s, want %s", c.ix, c.table, got, c.want)
		}
	}
}
