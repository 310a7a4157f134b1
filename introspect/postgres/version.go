package postgres

import (
	"fmt"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// checkVersion refuses what the server is too old for, naming the version that
// can.
func (w *canonizer) checkVersion() {
	for i := range w.want.Sequences {
		if s := &w.want.Sequences[i]; s.Unlogged {
			w.need(15, s.Pos, "sequence "+s.Name.String(), "an unlogged sequence")
		}
	}
	for i := range w.want.Tables {
		w.checkTableVersion(&w.want.Tables[i])
	}
}

// parameterSince are the storage parameters that came after 13, by the first major that
// has them (manual of each version, CREATE TABLE; of indexes there are none).
var parameterSince = map[string]int{
	"autovacuum_vacuum_max_threshold": 18, "vacuum_max_eager_freeze_failure_rate": 18,
}

// checkParameters refuses storage parameters, and values of them, that the server does
// not have yet. Those of the TOAST table stand behind "toast.".
func (w *canonizer) checkParameters(t *schema.Table) {
	object := "table " + t.Name.String()
	for _, o := range t.Options {
		name := strings.TrimPrefix(o.Name, "toast.")
		switch since := parameterSince[name]; {
		case since > 0:
			w.need(since, t.Pos, object, "the storage parameter "+o.Name)
		case name == "vacuum_index_cleanup" && strings.EqualFold(o.Value, "auto"):
			w.need(14, t.Pos, object, "the value auto of the storage parameter "+o.Name)
		}
	}
}

func (w *canonizer) checkTableVersion(t *schema.Table) {
	w.checkParameters(t)
	if t.Method != "" && t.PartitionBy != "" {
		w.need(17, t.Pos, "table "+t.Name.String(), "the access method of a partitioned table")
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		object := "column " + t.Name.String() + "." + c.Name
		if c.Generated != nil && c.Generated.Virtual {
			w.need(18, c.Pos, object, "a virtual generated column")
		}
		if c.Compression != "" && !strings.EqualFold(c.Compression, "default") {
			w.need(14, c.Pos, object, "a compression method")
		}
	}
	for _, u := range t.Uniques {
		if u.NullsNotDistinct {
			w.need(15, u.Pos, "unique constraint of "+t.Name.String(), "NULLS NOT DISTINCT")
		}
	}
	for _, x := range t.Indexes {
		if x.NullsNotDistinct {
			w.need(15, x.Pos, objectName("index", x.Name, t), "NULLS NOT DISTINCT")
		}
		if x.Method == "spgist" && len(x.Include) > 0 {
			w.need(14, x.Pos, objectName("index", x.Name, t), "INCLUDE with spgist")
		}
	}
	for _, f := range t.ForeignKeys {
		if len(f.SetColumns) > 0 {
			w.need(15, f.Pos, "foreign key of "+t.Name.String(), "a list of columns behind SET NULL or SET DEFAULT")
		}
	}
}

func (w *canonizer) need(major int, pos schema.Pos, object, what string) {
	if have := w.info.ServerVersion / 10000; have < major {
		w.refuse(pos, object, fmt.Sprintf("%s needs PostgreSQL %d, the server is %d", what, major, have), "")
	}
}
