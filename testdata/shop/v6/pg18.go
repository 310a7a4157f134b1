//go:build pg18

package shop

import "example.com/shop/base"

// Quote computes its total when it is read.
//
//gen:table quotes
type Quote struct {
	base.ID
	Net   int64 `db:"net"`
	Tax   int64 `db:"tax" gen:"default:0"`
	Gross int64 `db:"gross" gen:"generated:net + 2 * tax;virtual"`
}
