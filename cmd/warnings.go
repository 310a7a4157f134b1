package cmd

import (
	"slices"
	"sync"
)

// serverWarnings are what a server has warned of while a command ran. A statement
// that the server takes and does not carry out, such as a GRANT by a role that may
// not grant, says so in no other way (SQLSTATE 01006, 01007).
type serverWarnings struct {
	mu   sync.Mutex
	text []string
}

func (w *serverWarnings) list() []string {
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.text)
}

// serverWarns tells a warning at once, and keeps it for the JSON.
func (a *app) serverWarns(text string) {
	if w := a.warned; w != nil {
		w.mu.Lock()
		w.text = append(w.text, text)
		w.mu.Unlock()
	}
	a.say("%s the server says: %s", a.paintErr("warning:", yellow), text)
}
