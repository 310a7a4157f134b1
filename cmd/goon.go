package cmd

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gen-migrate/gen/migrations"
)

// again completes the command with which a run goes on that failed, or that did
// not begin because it loses data: the flags that chose directory, configuration
// and database chose them for it as well, and so did those about waiting.
func (a *app) again(err error, o *runOptions) {
	var goOn *string
	if se, ok := errors.AsType[*migrations.StatementError](err); ok {
		goOn = &se.GoOn
	} else if loss, ok := errors.AsType[*migrations.DataLossError](err); ok {
		goOn = &loss.GoOn
	}
	if goOn == nil || *goOn == "" {
		return
	}
	words := []string{*goOn}
	if o.forceDrift {
		words = append(words, "--force-drift")
	}
	for _, f := range []struct {
		flag  string
		value time.Duration
	}{{"--lock-timeout", o.patience}, {"--lock-wait", o.lockWait}} {
		if f.value != 0 {
			words = append(words, f.flag, f.value.String())
		}
	}
	words = append(words, o.many.words()...)
	g := a.globals
	for _, f := range []struct{ flag, value string }{{"-C", g.dir}, {"-c", g.config}, {"-n", g.env}, {"--url", g.url}} {
		if f.value != "" {
			words = append(words, f.flag, shellWord(showURL(f.value)))
		}
	}
	for _, v := range g.vars {
		name, _, _ := cut(v, '=')
		words = append(words, "-x", shellWord(name)+"=…") // its value may be a secret
	}
	*goOn = strings.Join(words, " ")
}

// words are the flags again: a rerun of all targets finds nothing to do on those
// that are done.
func (o *targetOptions) words() []string {
	if !o.many() {
		return nil
	}
	var words []string
	for _, f := range []struct{ flag, value string }{{"--targets", o.file}, {"--targets-query", o.query}, {"--target-url", o.template}, {"--shard", o.shard}} {
		if f.value != "" {
			words = append(words, f.flag, shellWord(showURL(f.value)))
		}
	}
	if slices.Contains(o.given, "--parallel") {
		words = append(words, "--parallel", strconv.Itoa(o.parallel))
	}
	if o.stop {
		words = append(words, "--stop-on-failure")
	}
	return words
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// shellWord quotes a word for a POSIX shell where it must be.
func shellWord(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
