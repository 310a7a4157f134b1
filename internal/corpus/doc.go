// Package corpus makes input for tests: random databases that a real server
// accepts as they are, in canonical form, and random next versions of them.
// The same seed gives the same databases.
package corpus
