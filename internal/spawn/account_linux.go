package spawn

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// An Account is how server processes run. PostgreSQL and initdb refuse user id 0,
// and containers run gen and its tests as root.
//
//	self       the process's own, unprivileged user
//	namespace  root: a user namespace in which root's id is 1000. Files stay
//	           root's, no second account is needed
//	setuid     root where user namespaces are forbidden: the account postgres
//	           or nobody, to which the data directory is given
type Account struct {
	Kind     string
	uid, gid int // of setuid
}

func (a Account) String() string {
	if a.Kind == "setuid" {
		return fmt.Sprintf("as user id %d", a.uid)
	}
	if a.Kind == "namespace" {
		return "in a user namespace"
	}
	return "as this user"
}

// ChooseAccount finds how servers can run here.
func ChooseAccount() (Account, error) {
	if os.Getuid() != 0 {
		return Account{Kind: "self"}, nil
	}
	inNamespace := Account{Kind: "namespace"}
	nsErr := RunAs(context.Background(), inNamespace, "/", "/bin/sh", "-c", `test "$(id -u)" = 1000`)
	if nsErr == nil {
		return inNamespace, nil
	}
	other, err := OtherAccount()
	if err != nil {
		return Account{}, fmt.Errorf("root may not start PostgreSQL: %w", errors.Join(nsErr, err))
	}
	return other, nil
}

// OtherAccount is a setuid account that works here.
func OtherAccount() (Account, error) {
	var errs []error
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		a := Account{Kind: "setuid", uid: uid, gid: gid}
		if err := RunAs(context.Background(), a, "/", "/bin/sh", "-c", ":"); err != nil {
			errs = append(errs, err)
			continue
		}
		return a, nil
	}
	return Account{}, errors.Join(errs...)
}

// attr starts a process as the account.
func (a Account) attr() *syscall.SysProcAttr {
	switch a.Kind {
	case "namespace":
		return &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 1000, HostID: 0, Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 1000, HostID: 0, Size: 1}},
		}
	case "setuid":
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}}
	}
	return &syscall.SysProcAttr{}
}

// guardAttr is attr in a session of its own, so that the terminal's ^C and a
// signal to the process's group do not reach the guard before its turn.
func (a Account) guardAttr() *syscall.SysProcAttr {
	attr := a.attr()
	attr.Setsid = true
	return attr
}

// Own gives a directory tree to the account.
func (a Account) Own(dir string) error {
	if a.Kind != "setuid" {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, a.uid, a.gid)
	})
}

// roomNeeded is what /dev/shm must have free to hold a server: containers often
// give it 64 MB.
const roomNeeded = 1 << 30

// Root is where the directories of servers are made: in memory where there
// is room (DDL is several times as fast there), else the temporary directory.
func Root() string {
	const memory = "/dev/shm"
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err == nil && fs.Bavail*uint64(fs.Bsize) >= roomNeeded {
		if dir, err := os.MkdirTemp(memory, "gen-probe-"); err == nil {
			os.Remove(dir)
			return memory
		}
	}
	return os.TempDir()
}

// is reports whether servers run under that user id.
func (a Account) is(uid int) bool { return a.Kind == "setuid" && a.uid == uid }
