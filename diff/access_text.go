package diff

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// describeAccess is about privileges and owners.
func describeAccess(c AlterAccess) Line {
	l := Line{Sign: "~", Kind: "privileges", Object: "privileges of " + accessName(c.To.On)}
	if c.To.On.Kind == schema.KindDefaults {
		l.Kind, l.Object = "default privileges", accessName(c.To.On)
	}
	if owner := c.NewOwner(); owner != "" {
		l.Details = append(l.Details, "owner "+c.From.Owner+" → "+owner)
	}
	for _, s := range c.Steps() {
		l.Details = append(l.Details, stepText(s))
	}
	return l
}

// accessName is "table users", "function f(integer)", "schema app",
// "default privileges of app for tables in public".
func accessName(on schema.Ref) string {
	switch {
	case on.Kind == schema.KindDefaults && on.Name.Schema == "":
		return "default privileges of " + on.Name.Local + " for " + on.Args
	case on.Kind == schema.KindDefaults:
		return "default privileges of " + on.Name.Local + " for " + on.Args + " in " + on.Name.Schema
	case schema.IsRoutine(on.Kind):
		return on.Kind + " " + short(on.Name) + "(" + on.Args + ")"
	}
	return on.Kind + " " + short(on.Name)
}

// stepText is "grants SELECT, UPDATE (name) to reader".
func stepText(s AccessStep) string {
	what := schema.Privileges(s.Grants, list)
	role := s.Role
	if role == "" {
		role = "the owner"
	}
	by := ""
	if s.By != "" {
		by = " by " + s.By
	}
	switch {
	case s.Revoke && s.Option:
		return "revokes the grant option for " + what + " from " + role + by
	case s.Revoke:
		return "revokes " + what + " from " + role + by
	case s.Option:
		return "grants " + what + " to " + role + " with grant option" + by
	}
	return "grants " + what + " to " + role + by
}

// accessHazards are who loses what by a change of access. Of what is made anew
// it is what is not given back.
func accessHazards(c AlterAccess) []Hazard {
	if c.To.On.Kind == schema.KindDefaults {
		return nil // of what is there nobody loses anything
	}
	from := OwnerBecomes(c.From, c.To.Owner)
	if c.New {
		if c.Had == nil {
			return nil
		}
		from.Grants = c.Had
	}
	lost := AlterAccess{From: from, To: c.To}
	lost.From.Owner = lost.To.Owner
	var hazards []Hazard
	for _, s := range lost.Steps() {
		if !s.Revoke {
			continue
		}
		who, text := s.Role, " loses "
		switch who {
		case schema.Public:
			who = "everybody"
		case "":
			who = "the owner"
		}
		if s.Option {
			text = " may no longer pass on "
		}
		hazards = append(hazards, Hazard{"AUTH01", who + text + schema.Privileges(s.Grants, list) + " on " + accessName(c.To.On)})
	}
	if owner := c.NewOwner(); owner != "" && !c.New {
		hazards = append(hazards, Hazard{"AUTH02", c.From.Owner + " can no longer alter or drop " + accessName(c.To.On) + ", and has no more privileges on it than are granted"})
	}
	return hazards
}

// accessText is the whole state of an access in one line.
func accessText(a schema.Access) string {
	var parts []string
	if a.Owner != "" {
		parts = append(parts, "owner "+a.Owner)
	}
	for _, g := range slices.SortedFunc(slices.Values(a.Grants), schema.Grant.Compare) {
		parts = append(parts, g.String())
	}
	return strings.Join(parts, ", ")
}
