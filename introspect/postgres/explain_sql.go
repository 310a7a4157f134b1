package postgres

import (
	"encoding/json"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// explainSQL asks the questions of one table in one statement. The table is a
// function that gives one row of its columns: no table is read or locked, and
// the columns need no rights.
func explainSQL(group []*question) string {
	var items []string
	var columns []schema.Column
	seen := map[string]bool{"gen none": true}
	for _, q := range group {
		items = append(items, q.item(q.user))
		if q.live != "" {
			items = append(items, q.item(q.live))
		}
		for _, c := range q.columns {
			if !seen[c.Name] {
				seen[c.Name] = true
				columns = append(columns, c)
			}
		}
	}
	return "EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) SELECT " + strings.Join(items, ",\n ") +
		"\nFROM pg_catalog.json_to_record('{}') AS " + quote(group[0].table) + "(" + columnList(columns) + ")"
}

// item is the expression as the column would take it. The line feed ends a
// comment at the end of the user's text.
func (q *question) item(text string) string {
	switch q.kind {
	case defaultExpr, generatedExpr:
		return "CAST((" + text + "\n) AS " + q.cast + ")"
	case checkExpr, predicateExpr:
		return "((" + text + "\n) IS TRUE)"
	}
	return "(" + text + "\n)"
}

// columnList declares columns; one that nobody names keeps it from being empty.
func columnList(columns []schema.Column) string {
	var b strings.Builder
	b.WriteString(`"gen none" boolean`)
	for _, c := range columns {
		b.WriteString(", " + quote(c.Name) + " " + c.Type.Text)
		if !c.Collation.IsZero() {
			b.WriteString(" COLLATE " + pg.QName(c.Collation))
		}
	}
	return b.String()
}

// quote quotes always: what is a word of which version does not matter here.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// readOutputs gives each question its verdict. It reports false when the answer
// does not have the shape of the questions.
func readOutputs(a answer, group []*question) bool {
	rows := a.last()
	if len(rows) != 1 || len(rows[0]) != 1 {
		return false
	}
	var plans []struct {
		Plan struct{ Output []string }
	}
	if err := json.Unmarshal(rows[0][0], &plans); err != nil || len(plans) != 1 {
		return false
	}
	output := plans[0].Plan.Output
	want := 0
	for _, q := range group {
		want++
		if q.live != "" {
			want++
		}
	}
	if len(output) != want {
		return false
	}
	for _, q := range group {
		if q.live == "" {
			output = output[1:]
			continue
		}
		q.verdict = different
		if output[0] == output[1] {
			q.verdict = alike
		}
		output = output[2:]
	}
	return true
}
