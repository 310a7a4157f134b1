package cmd

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/lint"
)

func someFindings() []lint.Finding {
	return []lint.Finding{
		{Rule: "LOCK01", Name: "index-not-concurrent", Severity: lint.Warning, Path: "my migrations/a#1.sql", Line: 6, Col: 1, Text: "50% wait:\nlong", Safe: "s"},
		{Rule: "LT02", Name: "cascade-on-rebuild", Severity: lint.Error, Path: "b,c.sql", Line: 9, Col: 3, Text: "t", Safe: "s"},
		{Rule: "DATA13", Name: "no-way-back", Severity: lint.Note, Path: "d.sql", Line: 1, Col: 1, Text: "t", Safe: "s"},
	}
}

// TestSarif holds what the schema of SARIF 2.1.0 requires (sections 3.13, 3.14, 3.27,
// 3.29 and 3.49 of the standard) and what code scanning of GitHub reads.
func TestSarif(t *testing.T) {
	text, err := json.Marshal(sarifOf(someFindings(), map[string]lint.Severity{"LOCK02": lint.Off}))
	if err != nil {
		t.Fatal(err)
	}
	var log map[string]any
	if err := json.Unmarshal(text, &log); err != nil {
		t.Fatal(err)
	}
	if log["version"] != "2.1.0" || !strings.Contains(log["$schema"].(string), "sarif-2.1.0") {
		t.Errorf("version %v, schema %v", log["version"], log["$schema"])
	}
	runs := log["runs"].([]any)
	if len(runs) != 1 {
		t.Fatalf("%d runs", len(runs))
	}
	run := runs[0].(map[string]any)
	driver := run["tool"].(map[string]any)["driver"].(map[string]any)
	if driver["name"] == "" {
		t.Error("the driver has no name")
	}
	rules := driver["rules"].([]any)
	levels := []string{"none", "note", "warning", "error"}
	ids := map[string]bool{}
	for _, r := range rules {
		rule := r.(map[string]any)
		id := rule["id"].(string)
		if ids[id] {
			t.Errorf("rule %s is there twice", id)
		}
		ids[id] = true
		config := rule["defaultConfiguration"].(map[string]any)
		if !slices.Contains(levels, config["level"].(string)) {
			t.Errorf("%s: level %v", id, config["level"])
		}
		if enabled := config["enabled"].(bool); enabled == (config["level"] == "none") {
			t.Errorf("%s: enabled %v at level %v", id, enabled, config["level"])
		}
		for _, key := range []string{"shortDescription", "help"} {
			if rule[key].(map[string]any)["text"] == "" {
				t.Errorf("%s: no text of %s", id, key)
			}
		}
	}
	results := run["results"].([]any)
	wantURI := []string{"my%20migrations/a%231.sql", "b,c.sql", "d.sql"}
	wantLevel := []string{"warning", "error", "note"}
	if len(results) != len(wantURI) {
		t.Fatalf("%d results", len(results))
	}
	for i, r := range results {
		res := r.(map[string]any)
		at := int(res["ruleIndex"].(float64))
		if id := rules[at].(map[string]any)["id"]; id != res["ruleId"] {
			t.Errorf("rule %d is %v, and the result's %v", at, id, res["ruleId"])
		}
		if res["level"] != wantLevel[i] {
			t.Errorf("level %v, want %s", res["level"], wantLevel[i])
		}
		place := res["locations"].([]any)[0].(map[string]any)["physicalLocation"].(map[string]any)
		if uri := place["artifactLocation"].(map[string]any)["uri"]; uri != wantURI[i] {
			t.Errorf("uri %v, want %s", uri, wantURI[i])
		}
		if line := place["region"].(map[string]any)["startLine"].(float64); line < 1 {
			t.Errorf("line %v", line)
		}
	}
}

// TestSarifOfNothing: a list that is missing would be an incomplete run.
func TestSarifOfNothing(t *testing.T) {
	text, err := json.Marshal(sarifOf(nil, nil))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `"results":[]`) {
		t.Errorf("no empty list of results: %.200s", text)
	}
}

func TestGithubLine(t *testing.T) {
	want := []string{
		"::warning file=my migrations/a#1.sql,line=6,col=1,title=LOCK01 index-not-concurrent::50%25 wait:%0Along. Safe: s",
		"::error file=b%2Cc.sql,line=9,col=3,title=LT02 cascade-on-rebuild::t. Safe: s",
		"::notice file=d.sql,line=1,col=1,title=DATA13 no-way-back::t. Safe: s",
	}
	for i, f := range someFindings() {
		if got := githubLine(f); got != want[i] {
			t.Errorf("%s\nwant %s", got, want[i])
		}
	}
}
