package dbtest

import "testing"

func TestOwnServerKeepsWhatItCommitted(t *testing.T) {
	s := OwnServer(t)
	url := s.URL("postgres")
	for round := range 3 {
		Exec(t, url, "CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (1)")
		s.Crash(t)
		s.Wait(t)
		if got, want := mustAsk(t, url, "SELECT count(*)::text FROM kept"), string(rune('1'+round)); got != want {
			t.Fatalf("after crash %d: %s rows, want %s", round+1, got, want)
		}
	}
}
