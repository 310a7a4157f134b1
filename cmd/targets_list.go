package cmd

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// targets reads the list and takes this shard of it.
func (a *app) targets(ctx context.Context, c *config, o *targetOptions) ([]target, error) {
	lines, err := a.targetLines(ctx, c, o)
	if err != nil {
		return nil, err
	}
	index, count, err := shardOf(o.shard)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var list []target
	for _, fields := range lines {
		t := target{name: fields[0], url: fields[len(fields)-1]}
		switch {
		case o.template != "" && len(fields) > 1:
			return nil, withHint(fmt.Errorf("target %s has a URL of its own beside --target-url", t.name), "leave one of them out")
		case o.template != "":
			t.url = targetURL(o.template, t.name)
		case len(fields) == 1:
			t.name = showURL(t.url)
		}
		own := *c
		own.URL = t.url
		if t.url, err = a.databaseURL(&own); err != nil {
			return nil, fmt.Errorf("target %s: %w", t.name, err)
		}
		if _, err := dialectOf(t.url); err != nil {
			return nil, fmt.Errorf("target %s: %w", t.name, err)
		}
		if seen[t.name] {
			return nil, withHint(fmt.Errorf("target %s is listed twice", t.name), "give each line a name of its own")
		}
		seen[t.name] = true
		if inShard(t.name, index, count) {
			list = append(list, t)
		}
	}
	if len(lines) == 0 {
		return nil, errors.New("the list of targets is empty")
	}
	return list, nil
}

// targetURL puts a name into the template. %20 is a space in every part of a URL,
// a plus sign is one in the query alone.
func targetURL(template, name string) string {
	return strings.ReplaceAll(template, "{}", strings.ReplaceAll(url.QueryEscape(name), "+", "%20"))
}

// targetLines are the targets as listed: name and URL, or one of them.
func (a *app) targetLines(ctx context.Context, c *config, o *targetOptions) ([][]string, error) {
	if o.query != "" {
		return a.queryTargets(ctx, c, o.query)
	}
	var text []byte
	var err error
	if o.file == "-" {
		text, err = io.ReadAll(a.stdin)
	} else {
		text, err = os.ReadFile(a.path(o.file))
	}
	if err != nil {
		return nil, fmt.Errorf("reading the targets: %w", err)
	}
	var lines [][]string
	for n, line := range strings.Split(string(text), "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) > 2 {
			return nil, withHint(fmt.Errorf("%s:%d:1: a target is a URL, or a name and a URL", o.file, n+1), "escape spaces in URLs as %20")
		}
		lines = append(lines, fields)
	}
	return lines, nil
}

func (a *app) queryTargets(ctx context.Context, c *config, query string) ([][]string, error) {
	db, err := a.openDatabase(ctx, c, reading)
	if err != nil {
		return nil, err
	}
	defer db.close()
	rows, err := db.sql.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("listing the targets: %w", err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, fmt.Errorf("listing the targets: %w", err)
	}
	if len(columns) > 2 {
		return nil, fmt.Errorf("listing the targets: the query gives %d columns; it is URLs, or names and URLs", len(columns))
	}
	var lines [][]string
	for rows.Next() {
		values, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("listing the targets: %w", err)
		}
		fields := make([]string, len(columns))
		for i, v := range values {
			if fields[i] = strings.TrimSpace(v.String); fields[i] == "" {
				return nil, fmt.Errorf("listing the targets: row %d has nothing in column %s", len(lines)+1, columns[i])
			}
		}
		lines = append(lines, fields)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("listing the targets: %w", err)
	}
	return lines, nil
}

// shardOf reads i/n.
func shardOf(text string) (index, count int, err error) {
	if text == "" {
		return 0, 1, nil
	}
	i, n, ok := strings.Cut(text, "/")
	index, err1 := strconv.Atoi(i)
	count, err2 := strconv.Atoi(n)
	if !ok || err1 != nil || err2 != nil || index < 0 || index >= count {
		return 0, 0, withHint(fmt.Errorf("--shard %q is no i/n with i from 0 to n-1", text), "in an indexed Job: --shard $JOB_COMPLETION_INDEX/8")
	}
	return index, count, nil
}

// inShard goes by the name, so that a list that grows in the meantime moves no
// target to another shard.
func inShard(name string, index, count int) bool {
	h := fnv.New32a()
	io.WriteString(h, name)
	return int(h.Sum32()%uint32(count)) == index
}
