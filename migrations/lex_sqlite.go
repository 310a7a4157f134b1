package migrations

// sqliteRules are SQLite's. Source: sqlite.org/lang.html, tokenize.c,
// complete.c.
func sqliteRules() lexRules {
	return lexRules{
		bracketIdents:  true,
		backtickIdents: true,
		dollarInWords:  true,
		newBody:        func() bodyTracker { return &triggerBody{} },
		classify:       classifySQLite,
		refuse:         refuseSQLite,
	}
}

// triggerBody follows CREATE TRIGGER … BEGIN …; END with the rule of SQLite's
// own sqlite3_complete: the body ends at an END that follows a ';'. Counting
// CASE and END instead would trip over columns named end, which SQLite allows.
type triggerBody struct {
	words   int
	create  bool
	trigger bool
	begin   int
	inside  bool
	ended   bool
	last    string
}

func (b *triggerBody) token(text string, pos int) {
	defer func() { b.last = text }()
	b.words++
	if b.words == 1 {
		b.create = text == "CREATE"
	}
	// CREATE [TEMP | TEMPORARY] TRIGGER
	if b.create && b.words <= 3 && text == "TRIGGER" {
		b.trigger = true
		b.begin = pos
		return
	}
	switch {
	case !b.trigger:
	case text == "BEGIN" && !b.inside:
		b.inside, b.begin = true, pos
	case b.inside && text == "END" && (b.last == ";" || b.last == "BEGIN"):
		b.ended = true
	case b.inside:
		b.ended = false
	}
}

func (b *triggerBody) open() (int, string, bool) {
	return b.begin, "CREATE TRIGGER body", b.trigger && !b.ended
}

// classifySQLite tells which statements SQLite refuses, or silently ignores,
// inside a transaction.
func classifySQLite(w []string) class {
	switch word(w, 0) {
	case "VACUUM":
		return bareOnly
	case "PRAGMA":
		name := word(w, 1)
		if len(w) > 3 && w[2] == "." {
			name = w[3]
		}
		switch name {
		case "JOURNAL_MODE", "SYNCHRONOUS", "AUTO_VACUUM", "PAGE_SIZE", "WAL_CHECKPOINT",
			"INCREMENTAL_VACUUM", "LOCKING_MODE", "ENCODING", "TEMP_STORE":
			return bareOnly
		}
	}
	return transactional
}

// refuseSQLite names statements that would break the runner's transaction or
// do nothing inside it.
func refuseSQLite(w []string) (msg, hint string) {
	if msg, hint = refuseTransactionControl(w); msg != "" {
		return msg, hint
	}
	if word(w, 0) == "PRAGMA" && contains(w, "FOREIGN_KEYS") {
		return "PRAGMA foreign_keys does nothing inside a transaction", "write -- gen:step foreign_keys=off; the runner switches it, checks the keys and switches it back"
	}
	if word(w, 0) == "ATTACH" || word(w, 0) == "DETACH" {
		return word(w, 0) + " acts on one connection, which is given back after the run", "migrate the other database with a run of its own"
	}
	return "", ""
}
