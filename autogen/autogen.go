// Package autogen is `gen revision --autogenerate` for programs: it compares
// models and database, hands over the plan as values, and writes the revision
// that the program makes of it. When the program edits nothing, the file has the
// bytes that the command would write.
//
//	p, err := autogen.Open(autogen.Options{Dir: "."})
//	draft, err := p.Draft(ctx, autogen.DraftOptions{Message: "add size"}, func(p *autogen.Plan) error {
//		p.Drop(func(c diff.Change) bool { … })
//		return nil
//	})
//	path, err := draft.Write(ctx)
//
// Applying revisions is not done here: package migrations does that, and brings
// none of this along. Errors say what is wrong; [Hint] says what helps.
package autogen

import (
	"github.com/gen-migrate/gen/autogen/plan"
	"github.com/gen-migrate/gen/cmd"
)

type (
	// Options say which project is meant, in the words of gen's flags. The zero
	// value means gen.toml in the current directory.
	Options = cmd.ProjectOptions

	// A Project is a configuration with its models, revisions and database:
	//
	//	Models(ctx)            what the structs say
	//	Database(ctx)          what the database holds
	//	Plan(ctx)              what leads from one to the other, as gen diff has it
	//	Draft(ctx, o, edit)    a revision of the plan, edited
	Project = cmd.Project

	// DraftOptions say how a revision is called and where it stands.
	DraftOptions = cmd.DraftOptions

	// A Draft is a revision that is not written yet: Text is its file, Write
	// writes it.
	Draft = cmd.Draft

	// A Plan may be edited as package plan says.
	Plan = plan.Plan
	// A Change is one difference; Value is the one that package diff made.
	Change = plan.Change
	// A Statement is one of the way up or down. One without ID is added.
	Statement = plan.Statement
)

// Open reads the configuration. Nothing else is touched.
func Open(o Options) (*Project, error) { return cmd.OpenProject(o) }

// Hint is what would help against an error, such as a command to paste; empty
// where nobody knows.
func Hint(err error) string { return cmd.HintOf(err) }
