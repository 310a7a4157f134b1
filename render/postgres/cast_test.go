package postgres

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/jackc/pgx/v5"
)

// The largest value of each type is cast to each other one: what the server does
// to it is what the hazard says.
func TestDigitsAreLostAsTheServerDecides(t *testing.T) {
	types := []string{"smallint", "integer", "bigint", "numeric(4,0)", "numeric(5,0)", "numeric(10,0)", "numeric(10,2)", "numeric(11,2)", "numeric(12,2)", "numeric(12,3)", "numeric(13,3)", "numeric(19,0)", "numeric(20,1)", "numeric"}
	c, err := pgx.Connect(t.Context(), dbtest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	for _, from := range types {
		for _, to := range types {
			if from == to || !strings.HasPrefix(to, "numeric") {
				continue
			}
			largest := map[string]string{"smallint": "32767", "integer": "2147483647", "bigint": "9223372036854775807", "numeric": strings.Repeat("9", 30) + ".9999"}[from]
			if n, ok := parseType(from).numbers(); ok {
				largest = strings.Repeat("9", n[0]-n[1]) + "." + strings.Repeat("9", n[1])
			}
			var same bool
			err := c.QueryRow(t.Context(), fmt.Sprintf("SELECT v = v::%s FROM (SELECT '%s'::%s AS v) x", to, largest, from)).Scan(&same)
			said := losing(parseType(from), parseType(to))
			if stops := strings.Contains(said, "stops"); stops != (err != nil) {
				t.Errorf("%s of %s to %s: the server says %v, gen %q", largest, from, to, err, said)
			}
			if rounds := strings.Contains(said, "rounded"); err == nil && rounds == same {
				t.Errorf("%s of %s to %s: the same is %v, gen says %q", largest, from, to, same, said)
			}
		}
	}
}
