// Package review writes what a plan or a revision does as one HTML page for the
// people who are to agree with it: what may go wrong first, then the tables before
// and after, the changes, the statements in their order with the locks they take,
// and the way back.
//
//	page, err := review.HTML(review.Page{Title: "orders: add status", Up: steps, Down: back})
//
// What is said of a statement is what stands above it in the revision file (see
// [Told]): the page adds nothing that is not in the file. It is pure, needs no
// other file and no script.
package review
