package cmd

import (
	"errors"
	"regexp"
	"strings"

	"github.com/gen-migrate/gen/migrations"
)

// again completes the command with which a failed run goes on: the flags that
// chose directory, configuration and database chose them for it as well.
func (a *app) again(err error, o *runOptions) {
	se, ok := errors.AsType[*migrations.StatementError](err)
	if !ok || se.GoOn == "" {
		return
	}
	words := []string{se.GoOn}
	if o.forceDrift {
		words = append(words, "--force-drift")
	}
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
	se.GoOn = strings.Join(words, " ")
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// shellWord quotes a word for a POSIX shell where it must be.
func shellWord(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
