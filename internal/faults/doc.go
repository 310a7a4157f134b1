// Package faults holds no code: its tests start the real gen program on real
// databases, disturb it from outside, and rerun it. Whatever was done to it
// (killed, cut off, stopped, interrupted, its server crashed, its disk full), a
// plain rerun must end in the schema, the data and the version rows of a run
// that nobody disturbed.
//
//	make faults    every fault there is, and their number
//	make test      a sample of them
//
// GEN_FAULTS=all asks for every fault.
package faults
