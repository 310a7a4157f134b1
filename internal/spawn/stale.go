package spawn

import (
	"os"
	"path/filepath"
	"time"
)

// ownerFile stands in the directory of a server and is locked by the process
// that started it. The kernel releases the lock when that process ends.
const ownerFile = "owner"

// own locks a new directory.
func own(dir string) (release func(), err error) { return LockFile(filepath.Join(dir, ownerFile)) }

// settled is the age from which on a directory without a locked owner is taken
// for left behind: a younger one may be on its way.
const settled = time.Minute

// RemoveStale removes the directories under root whose names begin with prefix,
// which belong to this user (or to the account) and whose owner has ended: a
// SIGKILL of process and guard at once, or a crash of the machine, leaves them. A
// server that still runs there is ended. It returns the directories removed;
// what it may not touch it leaves, without an error.
func RemoveStale(root, prefix string, who Account) []string {
	found, _ := filepath.Glob(filepath.Join(root, prefix+"*")) // the pattern is well-formed
	var removed []string
	for _, dir := range found {
		info, err := os.Lstat(dir) // never through a link
		if err != nil || !info.IsDir() || time.Since(info.ModTime()) < settled || !who.belongs(info) {
			continue
		}
		release, ok := tryLock(filepath.Join(dir, ownerFile))
		if !ok {
			continue
		}
		endServerIn(filepath.Join(dir, "data"))
		if os.RemoveAll(dir) == nil {
			removed = append(removed, dir)
		}
		release()
	}
	return removed
}
