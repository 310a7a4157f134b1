package dbtest

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

var mariaDSN = regexp.MustCompile(`^root@tcp\(127\.0\.0\.1:(\d+)\)/(t\d+_[a-z0-9_]+)$`)

// askMariaDB runs a query over TCP, as a driver would.
func askMariaDB(t *testing.T, dsn, query string) string {
	t.Helper()
	m := mariaDSN.FindStringSubmatch(dsn)
	if m == nil {
		t.Fatalf("%s is not a DSN of the documented form", dsn)
	}
	cmd := exec.Command(findMariaDB("mariadb"), "--no-defaults", "--protocol=tcp", "--host=127.0.0.1", "--port="+m[1],
		"--user=root", "--batch", "--skip-column-names", "--database="+m[2], "--execute="+query)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", query, err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestMariaDBIsFreshAndEmpty(t *testing.T) {
	one, two := MariaDB(t), MariaDB(t)
	askMariaDB(t, one, `CREATE TABLE a (id int) ENGINE=InnoDB`)
	if got := askMariaDB(t, one, `SHOW TABLES`); got != "a" {
		t.Errorf("tables in the first database: %q, want a", got)
	}
	if got := askMariaDB(t, two, `SHOW TABLES`); got != "" {
		t.Errorf("tables in the second database: %q, want none", got)
	}
}

func TestMariaDBDatabaseIsDroppedAtTheEnd(t *testing.T) {
	keep := MariaDB(t)
	var name string
	t.Run("inner", func(t *testing.T) {
		name = mariaDSN.FindStringSubmatch(MariaDB(t))[2]
	})
	if got := askMariaDB(t, keep, `SHOW DATABASES LIKE '`+name+`'`); got != "" {
		t.Errorf("%s is still there", got)
	}
}
