package dbtest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/pgserver"
	"github.com/gen-migrate/gen/internal/spawn"
)

// PgDump returns the schema of the database at url as pg_dump writes it, made
// comparable by normaliseDump: the independent witness that two databases are
// the same. Owners and privileges are left out.
//
// pg_dump must be of the server's major or a later one. Where there is none, the
// test is skipped, or fails where CI is set, unless GEN_TEST_PG_DUMP=optional.
func PgDump(t testing.TB, url string) string {
	t.Helper()
	return normaliseDump(PgDumpScript(t, url, "--no-owner", "--no-privileges"))
}

// PgDumpAccess is PgDump with owners and privileges.
func PgDumpAccess(t testing.TB, url string) string {
	t.Helper()
	return normaliseDump(PgDumpScript(t, url))
}

// PgDumpScript returns what pg_dump --schema-only writes with these options, to
// the letter: what is to be restored, empty lines in texts included.
func PgDumpScript(t testing.TB, url string, options ...string) string {
	t.Helper()
	program := needPgDump(t, serverMajor(t, url))
	cmd := exec.Command(program, append(options, "--schema-only", "--dbname="+url)...)
	cmd.Env = spawn.CleanEnv()
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		t.Fatalf("dbtest: running %s: %v\n%s", program, err, complaint.String())
	}
	return out.String()
}

// needPgDump is a pg_dump that reads servers of major; the test ends where there
// is none.
func needPgDump(t testing.TB, major int) string {
	t.Helper()
	program := findPgDump(major)
	if program == "" && os.Getenv("GEN_TEST_PG_DUMP") == "optional" {
		t.Skipf("dbtest: NOT TESTED: no pg_dump for PostgreSQL %d found, and GEN_TEST_PG_DUMP=optional", major)
	}
	if program == "" {
		absent(t, "no pg_dump for PostgreSQL %d found: run scripts/pg-dump-18, or set GEN_TEST_PG_DUMP to a program of that major or later", major)
	}
	return program
}

func serverMajor(t testing.TB, rawURL string) int {
	t.Helper()
	if c := clusterAt(rawURL); c != nil {
		return c.Major
	}
	ctx, cancel := context.WithTimeout(context.Background(), adminTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, rawURL)
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	defer conn.Close(ctx)
	// server_version is like "17.10" or "15.18 (Debian 15.18-0+deb12u1)".
	text := conn.PgConn().ParameterStatus("server_version")
	digits, _, _ := strings.Cut(text, ".")
	major, err := strconv.Atoi(digits)
	if err != nil {
		t.Fatalf("dbtest: server_version is %q", text)
	}
	return major
}

// findPgDump is the pg_dump of the lowest major that can read a server of major,
// or empty. GEN_TEST_PG_DUMP is taken first where it can.
func findPgDump(major int) string {
	if named := os.Getenv("GEN_TEST_PG_DUMP"); named != "" && named != "optional" {
		if _, m, err := programVersion(named); err == nil && m >= major {
			return named
		}
	}
	var candidates []string
	if in, err := defaultInstall(); err == nil && in != nil {
		candidates = append(candidates, filepath.Join(in.Bin, "pg_dump"))
	}
	for _, bin := range matrix() {
		candidates = append(candidates, filepath.Join(bin, "pg_dump"))
	}
	unpacked, _ := filepath.Glob(filepath.Join(CacheDir(), "pg-dump", "*", "pg_dump"))
	candidates = append(candidates, unpacked...)
	best, bestMajor := "", 0
	for _, path := range candidates {
		if !pgserver.IsProgram(path) {
			continue
		}
		_, m, err := programVersion(path)
		if err != nil || m < major {
			continue
		}
		if best == "" || m < bestMajor || m == bestMajor && path < best {
			best, bestMajor = path, m
		}
	}
	return best
}

var (
	dumpTitle   = regexp.MustCompile(`^-- (Name: .*; Type: .*|PostgreSQL database dump( complete)?)$`)
	dumpRemark  = regexp.MustCompile(`^-- (Dumped from |Dumped by |\*not\* creating schema, since initdb creates it$)`)
	dumpSession = regexp.MustCompile(`^SET (statement_timeout|lock_timeout|idle_in_transaction_session_timeout|transaction_timeout|` +
		`client_encoding|standard_conforming_strings|check_function_bodies|xmloption|client_min_messages|row_security) = .*;$`)
	dumpPlacing = regexp.MustCompile(`^SET (default_tablespace|default_table_access_method) = (.*);$`)
)

// normaliseDump removes from pg_dump's text what says nothing about the schema:
//
//  1. the three-line titles ("--", "-- Name: …", "--"), "-- Dumped …" lines and
//     the remark that stands for schema public on servers before 15
//  2. \restrict and \unrestrict, whose token is random
//  3. the session's SET and set_config lines, and those that place a table where
//     they change nothing: another tablespace or access method stays, with the
//     way back to the default
//  4. repeated blank lines, and those at both ends
//
// Comments of other forms stay: they may be lines of a function's body.
func normaliseDump(dump string) string {
	lines := strings.Split(strings.ReplaceAll(dump, "\r\n", "\n"), "\n")
	current := map[string]string{"default_tablespace": "''", "default_table_access_method": "heap"}
	var kept []string
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if line == "--" && i+2 < len(lines) && dumpTitle.MatchString(lines[i+1]) && lines[i+2] == "--" {
			i += 2
			continue
		}
		if dumpRemark.MatchString(line) || strings.HasPrefix(line, `\restrict `) || strings.HasPrefix(line, `\unrestrict `) ||
			strings.HasPrefix(line, "SELECT pg_catalog.set_config('search_path', ") || dumpSession.MatchString(line) {
			continue
		}
		if m := dumpPlacing.FindStringSubmatch(line); m != nil {
			if current[m[1]] == m[2] {
				continue
			}
			current[m[1]] = m[2]
		}
		if line == "" && (len(kept) == 0 || kept[len(kept)-1] == "") {
			continue
		}
		kept = append(kept, line)
	}
	text := strings.Trim(strings.Join(kept, "\n"), "\n")
	if text == "" {
		return ""
	}
	return fmt.Sprintln(text)
}
