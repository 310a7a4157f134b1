package migrations

import (
	"fmt"
	"strings"
)

// goOn is the command that goes on with a plan of which revision i failed. What
// counts from the current revision counts from another one now.
func (x *run) goOn(st *state, p *Plan, i int) string {
	left := p.Revisions[i:]
	dir := p.Revisions[i].Direction
	if x.opts.span == SpanRun {
		left = p.Revisions // all of it was one transaction
	}
	words := []string{"gen", "upgrade"}
	target := x.target
	s, err := x.graph.parseSymbol(target)
	moving := err == nil && s.relative && (s.name == "" || s.name == "current")
	switch {
	case dir == Up && target == "head":
		target = ""
	case dir == Up && moving:
		target = left[len(left)-1].Revision.ID // the last in order: the rest leads to it
	case dir == Down && moving && s.hasLabel:
		// One step may take away several revisions: rather too few than too many.
		target = fmt.Sprintf("%s@-%d", s.label, max(1, -s.steps-(len(p.Revisions)-len(left))))
	case dir == Down && moving:
		target = fmt.Sprintf("-%d", len(left))
	}
	if dir == Down {
		words[1] = "downgrade"
	}
	if target != "" {
		words = append(words, target)
	}
	for _, r := range left {
		// The way back that has begun was agreed to.
		if row := st.byID[r.Revision.ID]; dir == Down && len(r.Loses) > 0 && !(row != nil && row.State == Reverting) {
			words = append(words, "--accept-data-loss", r.Revision.ID)
		}
	}
	if x.opts.span.wide() {
		words = append(words, "--transaction", map[Span]string{SpanRevision: "revision", SpanRun: "run"}[x.opts.span])
	}
	if x.opts.lockMode == LockTransaction {
		words = append(words, "--lock", "transaction")
	}
	return strings.Join(words, " ")
}
