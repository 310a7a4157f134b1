// Package erd draws a schema: its tables as boxes, its foreign keys as lines
// with crow's feet. [New] makes a [Diagram] of a [schema.Database] and lays it
// out; [Diagram.SVG], [Diagram.Mermaid] and [Diagram.HTML] write it.
//
//	d, err := erd.New(db, erd.Options{Tables: []string{"order*"}})
//	page := d.HTML("Orders")
//
// All of it is pure: the same schema gives the same bytes. What has no place in a
// picture of tables (views, routines, triggers) is named in [Diagram.Undrawn].
package erd
