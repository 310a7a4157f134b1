package cmd

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// A timing collects how long each stage took, for --timing. A nil timing
// collects nothing.
type timing struct {
	mu     sync.Mutex
	start  time.Time
	stages []stage
}

type stage struct {
	name string
	took time.Duration
}

func newTiming() *timing { return &timing{start: time.Now()} }

// stage starts a stage and returns the function that ends it. Stages that run
// at the same time overlap: their sum may exceed the total.
func (t *timing) stage(name string) func() {
	if t == nil {
		return func() {}
	}
	begin := time.Now()
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.stages = append(t.stages, stage{name, time.Since(begin)})
	}
}

func (t *timing) print(a *app) {
	if t == nil {
		return
	}
	var b strings.Builder
	b.WriteString("timing:")
	for _, s := range t.stages {
		fmt.Fprintf(&b, " %s %.1f ms ·", s.name, milliseconds(s.took))
	}
	fmt.Fprintf(&b, " total %.1f ms", milliseconds(time.Since(t.start)))
	if kb := peakMemory(); kb > 0 {
		fmt.Fprintf(&b, " · peak %d MB", kb/1024)
	}
	fmt.Fprintln(a.stderr, b.String())
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// peakMemory is the highest resident size of this process in kB, where the
// kernel tells it (Linux); otherwise 0.
func peakMemory() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(status), "\n") {
		var kb int
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &kb); err == nil {
			return kb
		}
	}
	return 0
}

// A progress says on a terminal what lasts longer than a second, and wipes
// itself when the stage ends.
type progress struct {
	a     *app
	timer *time.Timer
	mu    sync.Mutex
	shown bool
	done  bool
}

// working starts a stage that may last; call the result when it is over.
func (a *app) working(what string) (done func()) {
	if a.globals.quiet || !a.stderrTTY {
		return func() {}
	}
	p := &progress{a: a}
	p.timer = time.AfterFunc(time.Second, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if !p.done {
			p.shown = true
			fmt.Fprintf(a.stderr, "%s…", what)
		}
	})
	return func() {
		p.timer.Stop()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.done = true
		if p.shown {
			fmt.Fprint(a.stderr, "\r\x1b[K")
		}
	}
}
