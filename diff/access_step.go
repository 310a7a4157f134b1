package diff

import (
	"cmp"
	"slices"

	"github.com/gen-migrate/gen/schema"
)

// An AccessStep is one GRANT or REVOKE: several privileges, one role, one who
// gives.
type AccessStep struct {
	Revoke bool
	// Option: GRANT … WITH GRANT OPTION, REVOKE GRANT OPTION FOR ….
	Option bool
	Role   string // empty: the owner
	By     string // empty: the owner
	Grants []schema.Grant
}

// privilege levels.
const (
	notGiven = iota
	given
	grantable
)

// Steps are what leads from c.From, once the owner is c.To.Owner, to c.To, in an
// order that the server accepts. Revoking a privilege of a relation takes those
// of its columns too; those that stay are given again.
func (c AlterAccess) Steps() []AccessStep {
	have := levels(OwnerBecomes(c.From, c.To.Owner).Grants)
	want := levels(c.To.Grants)
	keys := map[schema.Grant]bool{}
	for k := range have {
		keys[k] = true
	}
	for k := range want {
		keys[k] = true
	}
	list := make([]schema.Grant, 0, len(keys))
	for k := range keys {
		list = append(list, k)
	}
	depth := depths(list, have, want)
	slices.SortFunc(list, func(a, b schema.Grant) int {
		return cmp.Or(cmp.Compare(depth[a.By], depth[b.By]), cmp.Compare(a.By, b.By), cmp.Compare(min(len(a.Column), 1), min(len(b.Column), 1)),
			cmp.Compare(a.Role, b.Role), cmp.Compare(privilegeRank(a.Privilege), privilegeRank(b.Privilege)), a.Compare(b))
	})
	level := func(m map[schema.Grant]int, k schema.Grant) int {
		if n, ok := m[k]; ok {
			return n
		}
		if schema.GivenAlone(c.To.On, k) {
			return given
		}
		return notGiven
	}
	var steps []AccessStep
	for _, by := range slices.Backward(bySources(list)) {
		for _, k := range by {
			h, w := level(have, k), level(want, k)
			if w >= h {
				continue
			}
			steps = addStep(steps, AccessStep{Revoke: true, Option: w == given, Role: k.Role, By: k.By}, k)
			have[k] = w
			for _, column := range list {
				of := column
				of.Column = ""
				if k.Column == "" && of == k && column != k {
					have[column] = min(level(have, column), w)
				}
			}
		}
	}
	for _, k := range list {
		if h, w := level(have, k), level(want, k); w > h {
			steps = addStep(steps, AccessStep{Option: w == grantable, Role: k.Role, By: k.By}, k)
		}
	}
	return steps
}

// levels are what the grants say, by the grant without its flags.
func levels(grants []schema.Grant) map[schema.Grant]int {
	m := make(map[schema.Grant]int, len(grants))
	for _, g := range grants {
		n := given
		switch {
		case g.Revoked:
			n = notGiven
		case g.Grantable:
			n = grantable
		}
		g.Revoked, g.Grantable = false, false
		m[g] = n
	}
	return m
}

// bySources cuts a sorted list where another role gives.
func bySources(list []schema.Grant) [][]schema.Grant {
	var parts [][]schema.Grant
	for i, k := range list {
		if i == 0 || list[i-1].By != k.By {
			parts = append(parts, nil)
		}
		parts[len(parts)-1] = append(parts[len(parts)-1], k)
	}
	return parts
}

// depths says how far from the owner a role is that gives what it was given.
func depths(list []schema.Grant, sides ...map[schema.Grant]int) map[string]int {
	depth := map[string]int{"": 0}
	for again, n := true, 0; again && n <= len(list); n++ {
		again = false
		for _, k := range list {
			from, known := depth[k.By]
			passes := slices.ContainsFunc(sides, func(m map[schema.Grant]int) bool { return m[k] == grantable })
			if _, done := depth[k.Role]; known && passes && !done {
				depth[k.Role], again = from+1, true
			}
		}
	}
	for _, k := range list {
		if _, known := depth[k.By]; !known {
			depth[k.By] = len(list)
		}
	}
	return depth
}

func addStep(steps []AccessStep, s AccessStep, g schema.Grant) []AccessStep {
	if n := len(steps); n > 0 {
		last := &steps[n-1]
		if last.Revoke == s.Revoke && last.Option == s.Option && last.Role == s.Role && last.By == s.By && (last.Grants[0].Column == "") == (g.Column == "") {
			last.Grants = append(last.Grants, g)
			return steps
		}
	}
	s.Grants = []schema.Grant{g}
	return append(steps, s)
}

// privileges in the order of the manual (§5.8).
var privileges = []string{"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN", "CREATE", "USAGE", "EXECUTE"}

func privilegeRank(p string) int {
	if i := slices.Index(privileges, p); i >= 0 {
		return i
	}
	return len(privileges)
}

// OwnerBecomes is the access when somebody else has become the owner: what the
// owner had is the new one's, together with what that had by name.
func OwnerBecomes(a schema.Access, owner string) schema.Access {
	if owner == "" || owner == a.Owner {
		return a
	}
	had := a.Grants
	a.Owner, a.Grants = owner, nil
	var named []schema.Grant
	for _, g := range had {
		if g.Role != owner && g.By != owner {
			a.Grants = append(a.Grants, g)
			continue
		}
		if g.Role == owner {
			g.Role = ""
		}
		if g.By == owner {
			g.By = ""
		}
		named = append(named, g)
	}
	a.Grants = schema.MergeGrants(a.On, a.Grants, named)
	return a
}

// differs reports whether there is anything to do.
func (c AlterAccess) differs() bool {
	return c.changesOwner() || len(c.Steps()) > 0
}

// changesOwner: what belongs to a column goes with its table.
func (c AlterAccess) changesOwner() bool { return !c.Linked && c.From.Owner != c.To.Owner }

// NewOwner is the role that it is given to; empty where it stays, or goes with
// its table.
func (c AlterAccess) NewOwner() string {
	if c.changesOwner() {
		return c.To.Owner
	}
	return ""
}
