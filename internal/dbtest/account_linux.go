package dbtest

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is how server processes run. PostgreSQL and initdb refuse user id 0,
// and containers of continuous integration run tests as root.
//
//	self       the test's own, unprivileged user
//	namespace  root: a user namespace in which root's id is 1000. Files stay
//	           root's, no second account is needed
//	setuid     root where user namespaces are forbidden: the account postgres
//	           or nobody, to which the data directory is given
type account struct {
	kind     string
	uid, gid int // of setuid
}

func (a account) String() string {
	if a.kind == "setuid" {
		return fmt.Sprintf("as user id %d", a.uid)
	}
	if a.kind == "namespace" {
		return "in a user namespace"
	}
	return "as this user"
}

// chooseAccount finds how servers can run here.
func chooseAccount() (account, error) {
	if os.Getuid() != 0 {
		return account{kind: "self"}, nil
	}
	inNamespace := account{kind: "namespace"}
	nsErr := runAs(inNamespace, "/", "/bin/sh", "-c", `test "$(id -u)" = 1000`)
	if nsErr == nil {
		return inNamespace, nil
	}
	other, err := otherAccount()
	if err != nil {
		return account{}, fmt.Errorf("root may not start PostgreSQL: %w", errors.Join(nsErr, err))
	}
	return other, nil
}

// otherAccount is a setuid account that works here.
func otherAccount() (account, error) {
	var errs []error
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		a := account{kind: "setuid", uid: uid, gid: gid}
		if err := runAs(a, "/", "/bin/sh", "-c", ":"); err != nil {
			errs = append(errs, err)
			continue
		}
		return a, nil
	}
	return account{}, errors.Join(errs...)
}

// attr starts a process as the account.
func (a account) attr() *syscall.SysProcAttr {
	switch a.kind {
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
// signal to the test's process group do not reach the guard before its turn.
func (a account) guardAttr() *syscall.SysProcAttr {
	attr := a.attr()
	attr.Setsid = true
	return attr
}

// own gives a directory tree to the account.
func (a account) own(dir string) error {
	if a.kind != "setuid" {
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

// runRoot is where the directories of servers are made: in memory where there
// is room (DDL is several times as fast there), else the temporary directory.
func runRoot() string {
	const memory = "/dev/shm"
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err == nil && fs.Bavail*uint64(fs.Bsize) >= roomNeeded {
		if dir, err := os.MkdirTemp(memory, "gen-test-probe-"); err == nil {
			os.Remove(dir)
			return memory
		}
	}
	return os.TempDir()
}

// lockFile waits for an exclusive lock on path. The kernel releases it when the
// process ends; release does so earlier.
func lockFile(path string) (release func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("locking %s: %w", path, err)
	}
	return func() { f.Close() }, nil
}
