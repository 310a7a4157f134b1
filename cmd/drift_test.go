package cmd

import "testing"

// TestReadingMark: a revision is held against a database only when that is
// read as it was when the revision was written.
func TestReadingMark(t *testing.T) {
	rows := map[string]dialectRow{}
	for _, row := range dialects() {
		rows[row.Name] = row
	}
	postgres, sqlite := rows["postgres"], rows["sqlite"]
	at := func(version int) serverInfo { return serverInfo{version: version} }
	sales, ignoring := &config{Schemas: []string{"public", "sales"}}, &config{}
	ignoring.Ignore.Tables = []string{"audit_*"}
	ab := []string{"a", "b"}
	written := readingMark(&config{}, postgres, at(150018), ab, nil)
	for _, tt := range []struct {
		name string
		mark string
		same bool
	}{
		{"the same", readingMark(&config{}, postgres, at(150018), ab, nil), true},
		{"parents in another order", readingMark(&config{}, postgres, at(150018), []string{"b", "a"}, nil), true},
		{"a newer server", readingMark(&config{}, postgres, at(180004), ab, nil), true},
		{"a server that prints expressions in other words", readingMark(&config{}, postgres, at(130020), ab, nil), false},
		{"other parents", readingMark(&config{}, postgres, at(150018), []string{"a"}, nil), false},
		{"other schemas", readingMark(sales, postgres, at(150018), ab, nil), false},
		{"something is accepted as left over", readingMark(&config{}, postgres, at(150018), ab, []string{"- table old"}), false},
		{"something is ignored", readingMark(ignoring, postgres, at(150018), ab, nil), false},
	} {
		if same := tt.mark == written; same != tt.same {
			t.Errorf("%s: %s and %s", tt.name, written, tt.mark)
		}
	}
	if readingMark(&config{}, sqlite, at(3053004), ab, nil) != readingMark(&config{}, sqlite, at(3040000), ab, nil) {
		t.Error("SQLite keeps the words it was given, whatever its version")
	}
}
