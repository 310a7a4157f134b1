package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/schema"
)

// TestParametersThatCameLater: a storage parameter that the server does not have is
// refused by its name and the version that has it, exactly where the server refuses it.
func TestParametersThatCameLater(t *testing.T) {
	for _, major := range dbtest.PostgresMajors() {
		t.Run(fmt.Sprint(major), func(t *testing.T) {
			url := dbtest.PostgresMajor(t, major)
			c := connect(t, url)
			have := inspect(t, url)
			for i, o := range []schema.Option{
				{Name: "fillfactor", Value: "70"}, {Name: "toast_tuple_target", Value: "1024"}, {Name: "parallel_workers", Value: "2"},
				{Name: "autovacuum_vacuum_insert_threshold", Value: "5"}, {Name: "toast.autovacuum_vacuum_insert_scale_factor", Value: "0.1"},
				{Name: "vacuum_index_cleanup", Value: "off"}, {Name: "vacuum_index_cleanup", Value: "auto"}, {Name: "toast.vacuum_index_cleanup", Value: "auto"}, {Name: "vacuum_truncate", Value: "false"},
				{Name: "autovacuum_vacuum_max_threshold", Value: "100"}, {Name: "toast.autovacuum_vacuum_max_threshold", Value: "100"},
				{Name: "vacuum_max_eager_freeze_failure_rate", Value: "0.2"}, {Name: "toast.vacuum_max_eager_freeze_failure_rate", Value: "0.2"},
			} {
				_, taken := c.Exec(t.Context(), fmt.Sprintf("CREATE TABLE t%d (a text) WITH (%s = %s)", i, o.Name, o.Value))
				want := schema.Clone(have)
				want.Tables = append(want.Tables, schema.Table{Name: schema.Name{Schema: "public", Local: "t"},
					Columns: []schema.Column{{Name: "a", Type: schema.Type{Text: "text"}}}, Options: []schema.Option{o}})
				_, _, err := postgres.Canonical(t.Context(), c, want, have, nil)
				switch {
				case taken == nil && err != nil:
					t.Errorf("%s = %s: refused, and the server takes it: %v", o.Name, o.Value, err)
				case taken != nil && (err == nil || !strings.Contains(err.Error(), "needs PostgreSQL") || !strings.Contains(err.Error(), o.Name)):
					t.Errorf("%s = %s: %v, and the server says %v", o.Name, o.Value, err, taken)
				}
			}
		})
	}
}
