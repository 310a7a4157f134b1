package cmd

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/gen-migrate/gen/lint"
)

// githubLine is a finding as an annotation of a GitHub workflow.
func githubLine(f lint.Finding) string {
	level := map[lint.Severity]string{lint.Error: "error", lint.Warning: "warning", lint.Note: "notice"}[f.Severity]
	return fmt.Sprintf("::%s file=%s,line=%d,col=%d,title=%s::%s", level, githubValue(filepath.ToSlash(f.Path)), f.Line, f.Col,
		githubValue(f.Rule+" "+f.Name), githubText(f.Text+". Safe: "+f.Safe))
}

// githubText is text as the runner's commands take it, githubValue a value of a
// property of one (actions/toolkit, core/src/command.ts).
func githubText(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func githubValue(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(githubText(s))
}

// A sarifLog is SARIF 2.1.0 (docs.oasis-open.org/sarif), as far as gen lint has
// something to say.
type sarifLog struct {
	Version string     `json:"version"`
	Schema  string     `json:"$schema"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver sarifDriver `json:"driver"`
	} `json:"tool"`
	Results []sarifResult `json:"results"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID                   string      `json:"id"`
	Name                 string      `json:"name"`
	ShortDescription     sarifText   `json:"shortDescription"`
	Help                 sarifText   `json:"help"`
	DefaultConfiguration sarifConfig `json:"defaultConfiguration"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifConfig struct {
	Enabled bool   `json:"enabled"`
	Level   string `json:"level"` // error, warning, note, none
}

type sarifResult struct {
	RuleID    string          `json:"ruleId"`
	RuleIndex int             `json:"ruleIndex"`
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

type sarifLocation struct {
	PhysicalLocation struct {
		ArtifactLocation struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region struct {
			StartLine int `json:"startLine"`
		} `json:"region"`
	} `json:"physicalLocation"`
}

// sarifOf is the log of one run. Columns are left out: SARIF counts them in UTF-16
// units, and a statement begins its line.
func sarifOf(findings []lint.Finding, severities map[string]lint.Severity) sarifLog {
	level := map[lint.Severity]string{lint.Error: "error", lint.Warning: "warning", lint.Note: "note", lint.Off: "none"}
	run := sarifRun{Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "gen lint", Version: version()}
	at := map[string]int{}
	for i, r := range lint.Rules() {
		at[r.ID] = i
		s := severityOf(r, severities)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
			ID: r.ID, Name: r.Name, ShortDescription: sarifText{r.Why}, Help: sarifText{"Blocks: " + r.Blocks + " Safe way: " + r.Safe},
			DefaultConfiguration: sarifConfig{Enabled: s != lint.Off, Level: level[s]},
		})
	}
	for _, f := range findings {
		res := sarifResult{RuleID: f.Rule, RuleIndex: at[f.Rule], Level: level[f.Severity], Message: sarifText{f.Text + ". Safe: " + f.Safe}}
		var loc sarifLocation
		loc.PhysicalLocation.ArtifactLocation.URI = sarifURI(f.Path)
		loc.PhysicalLocation.Region.StartLine = f.Line
		res.Locations = []sarifLocation{loc}
		run.Results = append(run.Results, res)
	}
	return sarifLog{Version: "2.1.0", Schema: "https://json.schemastore.org/sarif-2.1.0.json", Runs: []sarifRun{run}}
}

// sarifURI is a relative path as a URI reference.
func sarifURI(path string) string {
	return strings.NewReplacer("%", "%25", " ", "%20", "#", "%23", "?", "%3F").Replace(filepath.ToSlash(path))
}
