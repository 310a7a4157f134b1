package migrations

import (
	"context"
	"time"
)

// openStep is the step whose start has been told.
type openStep struct {
	index   int // of the section; -1 when none is open
	of      *Step
	started time.Time
}

// stepBegins tells of the step of unit i, and of the end of the one before.
func (x *run) stepBegins(ctx context.Context, j *journey, i int) {
	u := j.units[i]
	if j.open.of != nil && j.open.index == u.step {
		return
	}
	x.stepEnds(ctx, j, nil)
	j.open = openStep{u.step, u.of, time.Now()}
	if f := x.opts.hooks.BeforeStep; f != nil {
		f(ctx, x.stepEvent(j))
	}
}

// stepEnds tells that the open step is done, or failed.
func (x *run) stepEnds(ctx context.Context, j *journey, err error) {
	if j.open.of == nil {
		return
	}
	ev := x.stepEvent(j)
	ev.Duration, ev.Err = time.Since(j.open.started), err
	j.open = openStep{}
	if f := x.opts.hooks.AfterStep; f != nil {
		f(ctx, ev)
	}
}

func (x *run) stepEvent(j *journey) StepEvent {
	count := 0
	if n := len(j.units); n > 0 {
		count = j.units[n-1].step + 1
	}
	return StepEvent{Revision: j.rev, Direction: j.dir, Step: *j.open.of, Index: j.open.index, Count: count}
}
