package render

// Believe has a statement say what a server was seen to do with it: write every row
// anew, or read every one. It returns what the statement said instead, where that was
// something else; empty where both agree. What is rewritten is read.
func Believe(s *Statement, rewrites, scans bool) (said string) {
	if s.Rewrites == rewrites && (rewrites || s.Scans == scans) {
		return ""
	}
	said = Work(s.Rewrites, s.Scans)
	s.Rewrites, s.Scans = rewrites, rewrites || scans
	for i, l := range s.Locks {
		if i == 0 || l.Mode == s.Locks[0].Mode {
			s.Locks[i].Long = s.Scans
		}
	}
	if rewrites {
		s.Hazards = append(s.Hazards, Hazard{ID: "LOCK13", Text: "every row and index is written anew while nobody can read: the server was seen to do so"})
	}
	return said
}

// Work is what a statement does to rows, in the words of its comment.
func Work(rewrites, scans bool) string {
	switch {
	case rewrites:
		return "rewrites every row and index"
	case scans:
		return "no rewrite, reads every row"
	}
	return "no rewrite, no scan"
}
