package cmd

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// A fleet is a project and the databases it is upgraded on.
type fleet struct {
	dir string
	env map[string]string
}

// newFleet writes revision files, by name.
func newFleet(t *testing.T, files map[string]string) *fleet {
	t.Helper()
	f := &fleet{dir: t.TempDir(), env: map[string]string{"USER": "ann"}}
	for name, text := range files {
		path := filepath.Join(f.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// run is gen in the project.
func (f *fleet) run(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, speech strings.Builder
	a := &app{stdin: strings.NewReader(""), stdout: &out, stderr: &speech, getenv: func(k string) string { return f.env[k] }, now: time.Now}
	code = a.run(ctx, append([]string{"-C", f.dir}, args...))
	return code, out.String(), speech.String()
}

// json runs gen upgrade --format json and reads the answer.
func (f *fleet) json(t *testing.T, want int, args ...string) (doc targetsReport, stdout string) {
	t.Helper()
	code, out, speech := f.run(context.Background(), append([]string{"upgrade", "--format", "json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatalf("%v: %v\n%s%s", args, err, out, speech)
	}
	if code != want || doc.Exit != want || speech != "" {
		t.Errorf("%v: exit %d, in the document %d, want %d; stderr %q\n%s", args, code, doc.Exit, want, speech, out)
	}
	return doc, out
}

func (d targetsReport) states() string {
	var list []string
	for _, r := range d.Targets {
		list = append(list, fmt.Sprintf("%s %s %d %d", r.Name, r.State, len(r.Revisions), r.Exit))
	}
	return strings.Join(list, "\n")
}

var fleetFiles = map[string]string{
	"migrations/a.sql": "-- revision: aaaa11111111\n-- parents:\n-- dialect: postgres\n\n-- gen:up\nCREATE TABLE users (id int PRIMARY KEY);\nINSERT INTO users VALUES (1);\n",
	"migrations/b.sql": "-- revision: bbbb22222222\n-- parents: aaaa11111111\n-- dialect: postgres\n\n-- gen:up\nALTER TABLE users ADD COLUMN name text;\n\n-- gen:step tx=each\nCREATE INDEX CONCURRENTLY users_name ON users (name);\n",
}

// lockKeyOf is the advisory lock of the version table in a schema.
func lockKeyOf(schema string) int64 {
	sum := sha256.Sum256([]byte("gen\x00" + schema + "\x00gen_revisions"))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

func ask(t *testing.T, url, query string) string {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	rows, _ := conn.Query(ctx, query)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return strings.Join(lines, " ")
}

// TestTargetsPostgres upgrades six databases of one server, each as a role with a
// password of its own: one of them is in the way, one is locked, one has another
// password.
func TestTargetsPostgres(t *testing.T) {
	t.Parallel()
	f := newFleet(t, fleetFiles)
	var list strings.Builder
	var urls, passwords []string
	for i := range 6 {
		u := dbtest.Role(t, dbtest.Postgres(t), "GRANT ALL ON SCHEMA public TO {role}")
		urls = append(urls, u)
		if i == 4 {
			u = dbtest.WithUser(t, u, userOf(u), "hunter2secret")
			passwords = append(passwords, "hunter2secret")
		}
		parsed, err := url.Parse(urls[i])
		if err != nil {
			t.Fatal(err)
		}
		password, _ := parsed.User.Password()
		passwords = append(passwords, password)
		fmt.Fprintf(&list, "t%d %s\n", i, u)
	}
	if err := os.WriteFile(filepath.Join(f.dir, "targets"), []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	secret := func(where, text string) {
		t.Helper()
		for _, p := range passwords {
			if strings.Contains(text, p) {
				t.Errorf("%s gives the password %s away:\n%s", where, p, text)
			}
		}
	}
	dbtest.Exec(t, urls[1], "CREATE TABLE users (other int)")
	ctx := context.Background()
	holder, err := pgx.Connect(ctx, urls[2])
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close(ctx)
	// A runner that is alive: it has the lock of the version table in public.
	code, _, speech := f.run(ctx, "upgrade", "aaaa", "--url", urls[2])
	if code != 0 {
		t.Fatal(speech)
	}
	if _, err := holder.Exec(ctx, "SELECT pg_advisory_lock($1)", lockKeyOf("public")); err != nil {
		t.Fatal(err)
	}

	args := []string{"--targets", "targets", "--parallel", "3", "--lock-wait", "1ms"}
	doc, out := f.json(t, 2, args...)
	secret("JSON", out)
	want := "t0 done 2 0\nt1 failed 0 2\nt2 failed 0 3\nt3 done 2 0\nt4 failed 0 2\nt5 done 2 0"
	if got := doc.states(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if doc.Done != 3 || doc.Failed != 3 || doc.Current+doc.Skipped != 0 || doc.DurationMS <= 0 {
		t.Errorf("the counts are wrong: %+v", doc)
	}
	for i, parts := range [][]string{{}, {"already exists", "migrations/a.sql"}, {"another migration run holds the lock"}, {}, {"password authentication failed"}, {}} {
		for _, part := range parts {
			if !strings.Contains(doc.Targets[i].Error, part) {
				t.Errorf("t%d: the error %q does not say %q", i, doc.Targets[i].Error, part)
			}
		}
	}
	if r := doc.Targets[1]; len(r.Problems) == 0 || r.Problems[0].Line != 6 {
		t.Errorf("t1 does not say where in the file: %+v", r.Problems)
	}
	if r := doc.Targets[4]; r.From != nil || r.To != nil {
		t.Errorf("nothing is known of t4, and it says from %v to %v", r.From, r.To)
	}

	// What failed is tried again and the others are left alone.
	code, table, speech := f.run(ctx, append([]string{"upgrade"}, args...)...)
	secret("stdout", table)
	secret("stderr", speech)
	if code != 2 || !strings.Contains(table, "6 targets: 0 done, 3 current, 3 failed, 0 skipped") || !strings.Contains(speech, "t2: gen: error: another migration run holds the lock") {
		t.Errorf("exit %d\n%s%s", code, table, speech)
	}
	dbtest.Exec(t, urls[1], "DROP TABLE users")
	if doc, _ := f.json(t, 2, args...); doc.states() != "t0 current 0 0\nt1 done 2 0\nt2 failed 0 3\nt3 current 0 0\nt4 failed 0 2\nt5 current 0 0" {
		t.Errorf("the third run:\n%s", doc.states())
	}
	// One kind of failure keeps its exit status.
	if err := os.WriteFile(filepath.Join(f.dir, "two"), []byte("t0 "+urls[0]+"\nt2 "+urls[2]+"\nagain "+urls[2]+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f.json(t, 3, "--targets", "two", "--lock-wait", "1ms")
	holder.Close(ctx)
	f.json(t, 0, "--targets", "two")
	for i, u := range urls {
		if i == 4 {
			continue
		}
		if got := ask(t, u, "SELECT revision || ' ' || (SELECT count(*) FROM users) FROM gen_revisions ORDER BY seq"); got != "aaaa11111111 1 bbbb22222222 1" {
			t.Errorf("t%d: %s", i, got)
		}
	}
}

// TestTargetsSchemas: the tenants are schemas of one database, each with a version
// table of its own.
func TestTargetsSchemas(t *testing.T) {
	t.Parallel()
	f := newFleet(t, fleetFiles)
	db := dbtest.Postgres(t)
	f.env["DATABASE_URL"] = db
	dbtest.Exec(t, db, `CREATE TABLE tenants (name text); INSERT INTO tenants SELECT 'tenant ' || n FROM generate_series(1, 5) n;
		DO $$ DECLARE t text; BEGIN FOR t IN SELECT name FROM tenants LOOP EXECUTE format('CREATE SCHEMA %I', t); END LOOP; END $$`)
	args := []string{"--url", db, "--targets-query", "SELECT name FROM tenants ORDER BY name", "--target-url", db + `&search_path=%22{}%22`}
	doc, _ := f.json(t, 0, args...)
	if doc.Done != 5 {
		t.Fatalf("not all were upgraded:\n%s", doc.states())
	}
	if doc, _ = f.json(t, 0, args...); doc.Current != 5 {
		t.Errorf("the second run found something to do:\n%s", doc.states())
	}
	if got := ask(t, db, "SELECT count(*)::text || ' ' || string_agg(DISTINCT relname, ',') FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname LIKE 'tenant %' AND relname IN ('users', 'gen_revisions')"); got != "10 gen_revisions,users" {
		t.Errorf("in the schemas: %s", got)
	}
	// One that is new is at base, and says so.
	dbtest.Exec(t, db, `CREATE SCHEMA late`)
	if code, out, speech := f.run(context.Background(), "current", "--url", db+"&search_path=late"); code != 0 || out != "" || !strings.Contains(speech, "at base") {
		t.Errorf("exit %d: %s%s", code, out, speech)
	}
	// Where the schema is only what the role has by default, a table elsewhere is
	// a mistake as before, told in one line.
	code, _, speech := f.run(context.Background(), "current", "--url", db)
	if code != 2 || !strings.Contains(speech, "stands in schema") || !strings.Contains(speech, "tenant 1, tenant 2, tenant 3, …") {
		t.Errorf("exit %d: %s", code, speech)
	}
}

// TestTargetsShards: the shards share the targets out, each once, and by their
// names alone.
func TestTargetsShards(t *testing.T) {
	const count = 7
	seen := map[string]int{}
	for i := range count {
		for n := range 1000 {
			if inShard(fmt.Sprintf("tenant_%d", n), i, count) {
				seen[fmt.Sprintf("tenant_%d", n)]++
			}
		}
	}
	for name, n := range seen {
		if n != 1 {
			t.Errorf("%s is in %d shards", name, n)
		}
	}
	if len(seen) != 1000 {
		t.Errorf("%d of 1000 targets are in a shard", len(seen))
	}
}

// TestTargetsRefuse: what cannot be meant is said before anything is run.
func TestTargetsRefuse(t *testing.T) {
	f := newFleet(t, fleetFiles)
	for name, text := range map[string]string{"one": "sqlite://a.db\n", "empty": "# nobody\n", "names": "a\nb\n"} {
		if err := os.WriteFile(filepath.Join(f.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ args, want string }{
		{"--shard 0/2", "--shard needs --targets or --targets-query"},
		{"--stop-on-failure --parallel 2", "--parallel, --stop-on-failure need --targets or --targets-query"},
		{"--target-url sqlite://{}.db", "--target-url needs --targets or --targets-query"},
		{"base:head --sql --targets one", "--sql asks no database"},
		{"--dry-run --targets one", "--dry-run looks at one database"},
		{"--targets one --parallel 0", "at least one target"},
		{"--targets empty", "the list of targets is empty"},
		{"--targets names --target-url sqlite://x.db", "has no {}"},
		{"--targets one --targets-query x", "both list the targets"},
		{"--targets names", "target a: "},
	} {
		code, out, speech := f.run(context.Background(), append([]string{"upgrade"}, strings.Fields(tt.args)...)...)
		if code != 2 || out != "" || !strings.Contains(speech, tt.want) {
			t.Errorf("%s: exit %d, want %q:\n%s%s", tt.args, code, tt.want, out, speech)
		}
	}
}

// TestTargetsStop: with --stop-on-failure nothing is begun behind a failure, and a
// signal ends the run with its own status.
func TestTargetsStop(t *testing.T) {
	f := newFleet(t, map[string]string{"migrations/a.sql": strings.Replace(fleetFiles["migrations/a.sql"], "postgres", "sqlite", 1),
		"targets": "a sqlite://a.db\nb sqlite://nowhere/b.db\nc sqlite://c.db\n"})
	code, out, _ := f.run(context.Background(), "upgrade", "--targets", "targets", "--parallel", "1", "--stop-on-failure")
	if code != 2 || !strings.Contains(out, "c  skipped  0 revisions  not begun") || !strings.Contains(out, "3 targets: 1 done, 0 current, 1 failed, 1 skipped") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	if _, err := os.Stat(filepath.Join(f.dir, "c.db")); err == nil {
		t.Error("the skipped one was touched")
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(signalError{syscall.SIGTERM})
	code, out, _ = f.run(ctx, "upgrade", "--targets", "targets", "--format", "json")
	var doc targetsReport
	if err := json.Unmarshal([]byte(out), &doc); err != nil || code != 143 || doc.Exit != 143 || doc.Skipped != 3 {
		t.Errorf("exit %d, %v:\n%s", code, err, out)
	}
}

// TestTargetURL: the name goes into the URL so that any name is one.
func TestTargetURL(t *testing.T) {
	for name, want := range map[string]string{
		"acme": "postgres://db/t_acme?search_path=acme", "a b": "postgres://db/t_a%20b?search_path=a%20b",
		"a+b&c/d?e": "postgres://db/t_a%2Bb%26c%2Fd%3Fe?search_path=a%2Bb%26c%2Fd%3Fe",
	} {
		got := targetURL("postgres://db/t_{}?search_path={}", name)
		if got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		u, err := pgx.ParseConfig(got)
		if err != nil || u.Database != "t_"+name || u.RuntimeParams["search_path"] != name {
			t.Errorf("%s: the driver reads %v %v", name, u, err)
		}
	}
}

// TestTargetVariables: ${VAR} in a list is filled in once; what the variable holds
// is not looked at again.
func TestTargetVariables(t *testing.T) {
	f := newFleet(t, map[string]string{"migrations/a.sql": strings.Replace(fleetFiles["migrations/a.sql"], "postgres", "sqlite", 1), "targets": "a sqlite://${NAME}.db\n"})
	f.env["NAME"] = "${NOT}"
	if code, out, speech := f.run(context.Background(), "upgrade", "--targets", "targets"); code != 0 {
		t.Fatalf("exit %d:\n%s%s", code, out, speech)
	}
	files, err := os.ReadDir(f.dir)
	if err != nil || !slices.ContainsFunc(files, func(e os.DirEntry) bool { return e.Name() == "${NOT}.db" }) {
		t.Error(files, err)
	}
}

// TestDocsKubernetes holds the command of the example Job against the flags.
func TestDocsKubernetes(t *testing.T) {
	_, job, ok := strings.Cut(readDoc(t, "docs/commands.md"), "exec gen upgrade")
	command, _, end := strings.Cut(job, "env:")
	if !ok || !end {
		t.Fatal("docs/commands.md has no Job any more")
	}
	script := "gen() { for a; do echo \"$a\"; done; }; gen upgrade " + strings.Join(strings.Fields(command), " ")
	sh := exec.Command("sh", "-c", script)
	sh.Env = []string{"JOB_COMPLETION_INDEX=3"}
	out, err := sh.Output()
	if err != nil {
		t.Fatal(err)
	}
	o := &runOptions{app: &app{}}
	c := &cobra.Command{}
	o.addFlags(c)
	o.many.addFlags(c)
	c.Flags().String("format", "", "")
	if err := c.ParseFlags(strings.Split(strings.TrimSpace(string(out)), "\n")[1:]); err != nil {
		t.Fatal(err)
	}
	if err := o.checkTargets(); err != nil {
		t.Error(err)
	}
	if i, n, err := shardOf(o.many.shard); i != 3 || n != 8 || err != nil {
		t.Error(i, n, err)
	}
	if got := targetURL(o.many.template, "acme"); got != "postgres://migrator@db:5432/tenant_acme" {
		t.Error(got)
	}
}

// TestTargetsGoOn: the error of a target ends in the command that was given, which
// works on all of them again.
func TestTargetsGoOn(t *testing.T) {
	t.Parallel()
	f := newFleet(t, map[string]string{
		"migrations/a.sql": "-- revision: aaaa11111111\n-- parents:\n-- dialect: sqlite\n\n-- gen:up\nCREATE TABLE nope.users (id int);\n",
		"gen.ci.toml":      "revisions = \"migrations\"\n",
		"tenants.txt":      "one sqlite://one.db\n",
	})
	want := "go on from here: gen upgrade --targets tenants.txt --shard 0/1 -C " + f.dir + " -c gen.ci.toml"
	args := []string{"-c", "gen.ci.toml", "--targets", "tenants.txt", "--shard", "0/1"}
	if code, _, speech := f.run(context.Background(), append([]string{"upgrade"}, args...)...); code != 2 || !strings.Contains(speech, want+"\n") {
		t.Errorf("exit %d, want 2 and %q:\n%s", code, want, speech)
	}
	if doc, _ := f.json(t, 2, args...); len(doc.Targets) != 1 || !strings.HasSuffix(doc.Targets[0].Hint, want) {
		t.Errorf("want %q in %+v", want, doc)
	}
}
