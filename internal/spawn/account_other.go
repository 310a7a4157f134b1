//go:build !linux

package spawn

import (
	"errors"
	"os"
	"syscall"
)

// An Account is how server processes run: outside Linux always as this user.
type Account struct{}

func (Account) String() string { return "as this user" }

// ChooseAccount refuses root, because PostgreSQL does.
func ChooseAccount() (Account, error) {
	if os.Getuid() == 0 {
		return Account{}, errors.New("root may not start PostgreSQL: run it as another user")
	}
	return Account{}, nil
}

func (Account) attr() *syscall.SysProcAttr      { return nil }
func (Account) guardAttr() *syscall.SysProcAttr { return nil }
func (Account) Own(string) error                { return nil }

// Root is where the directories of servers are made.
func Root() string { return os.TempDir() }

func (Account) is(int) bool { return false }
