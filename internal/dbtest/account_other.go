//go:build !linux

package dbtest

import (
	"errors"
	"os"
	"syscall"
)

// account is how server processes run: outside Linux always as this user.
type account struct{}

func (account) String() string { return "as this user" }

// chooseAccount refuses root, because PostgreSQL does.
func chooseAccount() (account, error) {
	if os.Getuid() == 0 {
		return account{}, errors.New("root may not start PostgreSQL: run the tests as another user")
	}
	return account{}, nil
}

func (account) attr() *syscall.SysProcAttr      { return nil }
func (account) guardAttr() *syscall.SysProcAttr { return nil }
func (account) own(string) error                { return nil }

// runRoot is where the directories of servers are made.
func runRoot() string { return os.TempDir() }

// lockFile does nothing here: templates are put in place by a rename, so two
// processes at once only do the work twice.
func lockFile(string) (release func(), err error) { return func() {}, nil }
