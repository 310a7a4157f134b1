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

func (w *canonizer) checkTableVersion(t *schema.Table) {
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
