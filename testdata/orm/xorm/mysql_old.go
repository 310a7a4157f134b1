//go:build xormold

package main

import "errors"

// mysql is for the newest release, whose dialects have another form.
func mysql([]any) error { return errors.New("not of this release") }
