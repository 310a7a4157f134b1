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

// working starts a stage that may last. After a second a terminal is told what
// goes on and for how long, on a line that is wiped when the result is called.
func (a *app) working(what string) (done func()) {
	if a.globals.quiet || !a.stderrTTY {
		return func() {}
	}
	begin, stop, gone := time.Now(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		shown := false
		for {
			select {
			case <-tick.C:
				shown = true
				fmt.Fprintf(a.stderr, "\r\x1b[K%s… %s", what, time.Since(begin).Round(time.Second))
			case <-stop:
				if shown {
					fmt.Fprint(a.stderr, "\r\x1b[K")
				}
				return
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(stop)
		<-gone
	})
}
