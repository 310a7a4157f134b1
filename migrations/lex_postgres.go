package migrations

// postgresRules are PostgreSQL's, with standard_conforming_strings on (the
// Runner sets it). Source: manual 4.1 and src/backend/parser/scan.l.
func postgresRules() lexRules {
	return lexRules{
		nestedComments:  true,
		dollarQuotes:    true,
		escapeStrings:   true,
		refuseBackslash: true,
		dollarInWords:   true,
		newBody:         func() bodyTracker { return &atomicBody{} },
		classify:        classifyPostgres,
		refuse:          refusePostgres,
	}
}

// atomicBody follows CREATE FUNCTION … BEGIN ATOMIC … END (PostgreSQL 14).
// Inside it, each CASE takes an END of its own.
type atomicBody struct {
	words   int
	routine bool
	depth   int
	begin   int
	pending bool   // BEGIN was the last token; ATOMIC opens the body
	last    string // the token before this one
}

func (b *atomicBody) token(text string, pos int) {
	defer func() { b.last = text }()
	b.words++
	// CREATE [OR REPLACE] FUNCTION | PROCEDURE
	if b.words <= 4 && (text == "FUNCTION" || text == "PROCEDURE") {
		b.routine = true
	}
	if !b.routine || b.last == "." || b.last == "AS" {
		return // a column or label may be named end or case
	}
	switch text {
	case "BEGIN":
		if b.depth == 0 {
			b.begin, b.pending = pos, true
			return
		}
	case "ATOMIC":
		if b.pending {
			b.depth = 1
		}
	case "CASE":
		if b.depth > 0 {
			b.depth++
		}
	case "END":
		if b.depth > 0 {
			b.depth--
		}
	}
	b.pending = false
}

func (b *atomicBody) open() (int, string, bool) {
	return b.begin, "BEGIN ATOMIC body", b.depth > 0
}

// classifyPostgres tells which statements PostgreSQL refuses inside a
// transaction block (PreventInTransactionBlock in the server's source).
func classifyPostgres(w []string) class {
	switch word(w, 0) {
	case "VACUUM":
		return bareOnly
	case "CLUSTER":
		if len(w) == 1 || len(w) == 2 && word(w, 1) == "VERBOSE" {
			return bareOnly // every table, each in a transaction of its own
		}
	case "CREATE":
		switch word(w, 1) {
		case "INDEX":
			return bareIf(word(w, 2) == "CONCURRENTLY")
		case "UNIQUE":
			return bareIf(word(w, 2) == "INDEX" && word(w, 3) == "CONCURRENTLY")
		case "DATABASE", "TABLESPACE":
			return bareOnly
		case "SUBSCRIPTION":
			return bareAllowed
		}
	case "DROP":
		switch word(w, 1) {
		case "INDEX":
			return bareIf(word(w, 2) == "CONCURRENTLY")
		case "DATABASE", "TABLESPACE":
			return bareOnly
		case "SUBSCRIPTION":
			return bareAllowed
		}
	case "REINDEX":
		return bareIf(contains(w, "CONCURRENTLY") || hasAny(w, "DATABASE", "SYSTEM", "SCHEMA"))
	case "ALTER":
		switch word(w, 1) {
		case "SYSTEM":
			return bareOnly
		case "DATABASE":
			return bareIf(contains(w, "TABLESPACE"))
		case "TABLE":
			return bareIf(contains(w, "DETACH") && contains(w, "CONCURRENTLY"))
		}
	case "CALL":
		return bareAllowed // a procedure may commit
	}
	return transactional
}

// refusePostgres names statements that would take the transaction or the
// session away from the runner.
func refusePostgres(w []string) (msg, hint string) {
	if msg, hint = refuseTransactionControl(w); msg != "" {
		return msg, hint
	}
	for i, name := range w {
		if name == "PG_ADVISORY_UNLOCK_ALL" && word(w, i+1) == "(" {
			return "pg_advisory_unlock_all() would drop the runner's lock", unlockOwn
		}
	}
	switch word(w, 0) {
	case "DISCARD":
		if word(w, 1) == "ALL" {
			return "DISCARD ALL would drop the runner's lock", "write RESET ALL"
		}
	case "COPY":
		if contains(w, "STDIN") {
			return "COPY … FROM stdin needs a client that sends the rows", "write the rows as INSERT statements, or copy them in a gen:go step"
		}
	case "CREATE":
		i := 1
		if word(w, 1) == "UNIQUE" {
			i = 2
		}
		if word(w, i) == "INDEX" && word(w, i+1) == "CONCURRENTLY" && word(w, i+2) == "ON" {
			return "CREATE INDEX CONCURRENTLY without a name cannot be found again after a fault", "give the index a name"
		}
	}
	return "", ""
}

// refuseTransactionControl holds for every dialect.
func refuseTransactionControl(w []string) (msg, hint string) {
	const use = "delete it: gen runs each step in a transaction; choose with -- gen:step tx=on|each"
	switch word(w, 0) {
	case "BEGIN", "COMMIT", "END", "ABORT":
		return word(w, 0) + " would end or nest the runner's transaction", use
	case "START":
		if word(w, 1) == "TRANSACTION" {
			return "START TRANSACTION would nest the runner's transaction", use
		}
	case "ROLLBACK":
		if !contains(w, "TO") {
			return "ROLLBACK would end the runner's transaction", use
		}
	case "PREPARE":
		if word(w, 1) == "TRANSACTION" {
			return "PREPARE TRANSACTION would end the runner's transaction", use
		}
	}
	return "", ""
}
