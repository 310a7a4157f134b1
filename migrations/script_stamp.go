package migrations

import (
	"context"
	"io"
	"maps"
	"strings"
)

// WriteStampScript writes what Stamp does as one SQL file, without a database.
// symbols are those of Stamp; each may be "A:B", where A is the revision at
// which the database stands, base when none of them says. All that say must
// say the same.
//
// The script guards itself as that of WriteScript: it changes nothing unless
// exactly the revisions up to A are applied. Where there is nothing to write
// it is empty. From and To of the Plan tell what it does.
func (m *Runner) WriteStampScript(w io.Writer, symbols ...string) (*Plan, error) {
	low, to, err := stampSpans(symbols)
	if err != nil {
		return nil, err
	}
	t, err := m.graph.Resolve(low, nil)
	if err != nil {
		return nil, err
	}
	from := m.graph.ancestors(t.Revisions...)
	want, err := m.graph.Stamped(from, to...)
	if err != nil {
		return nil, err
	}
	p := &Plan{From: m.graph.Current(from), To: m.graph.Current(want)}
	if maps.Equal(from, want) {
		return p, nil
	}
	s := m.newScript(Up, from, p)
	s.header(p)
	s.in.start(s)
	s.in.begin(s, nil)
	s.fail(s.x.rewrite(context.Background(), s, s.stateAt(), want, false))
	s.in.commit(s, nil)
	s.printf("\n")
	s.in.finish(s)
	if s.err != nil {
		return nil, s.err
	}
	_, err = w.Write(s.out.Bytes())
	return p, err
}

// stampSpans takes the symbols of a stamp apart: the one start of all, and the
// ends.
func stampSpans(symbols []string) (low string, to []string, err error) {
	for _, text := range symbols {
		from, end, both := strings.Cut(text, ":")
		if !both {
			from, end = "", text
		}
		switch {
		case CountsFromCurrent(text):
			return "", nil, noDatabase(text)
		case both && from == "":
			from = "base"
		}
		if from != "" && low != "" && from != low {
			return "", nil, &SymbolError{Symbol: text, Msg: "a database stands at one place, and this says another than " + low, Hint: "give all symbols of the stamp the same start, or none but the first"}
		}
		if from != "" {
			low = from
		}
		if end == "" {
			end = "heads"
		}
		to = append(to, end)
	}
	if low == "" {
		low = "base"
	}
	return low, to, nil
}

// stateAt is the version table as the script expects it to be.
func (s *script) stateAt() *state {
	st := &state{byID: map[string]*Row{}, graph: s.x.graph}
	for _, r := range s.x.graph.order {
		if s.from[r.ID] {
			st.set(r.ID, &Row{Revision: r.ID, State: Applied})
		}
	}
	return st
}

// WriteTablesScript writes what EnsureVersionTable does as one SQL file: the two
// tables of gen, unless they are there.
func (m *Runner) WriteTablesScript(w io.Writer) error {
	s := m.newScript(Up, nil, &Plan{})
	s.printf("-- The tables of gen, for %s\n-- written by %s\n\n", s.x.dialect, s.x.opts.tool)
	s.in.makeTables(s)
	if s.x.dialect == Postgres {
		s.in.finish(s)
	}
	if s.err != nil {
		return s.err
	}
	_, err := w.Write(s.out.Bytes())
	return err
}
