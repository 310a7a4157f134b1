package postgres

import (
	"slices"

	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// Lock modes in the words of the server's manual, §13.3.1.
const (
	rowShare             = "ROW SHARE"
	rowExclusive         = "ROW EXCLUSIVE"
	shareUpdateExclusive = "SHARE UPDATE EXCLUSIVE"
	share                = "SHARE"
	shareRowExclusive    = "SHARE ROW EXCLUSIVE"
	accessExclusive      = "ACCESS EXCLUSIVE"
)

// A form is a kind of statement as far as locks, rewrites and scans differ.
type form int

const (
	noForm form = iota
	addColumn
	addColumnRewriting
	addColumnScanning
	fillRows
	addColumnChecked // a domain's checks
	checkDomain      // of tables with columns of a domain
	dropColumn
	dropColumnOfKey // one that a foreign key stands on
	renameColumn
	setDefault
	setNotNull
	setNotNullProven
	dropNotNull
	setIdentity
	dropIdentity
	dropExpression
	setExpression
	setExpressionVirtual
	setStatistics
	setStorage
	typeMeta
	typeChecking   // keeps the rows, verifies checks again
	typeReindexing // keeps the rows, builds an index anew
	typeRewriting
	addPrimaryKey
	addUnique
	adoptIndex // as that of a constraint
	addExclusion
	addCheck
	addCheckNotValid
	addForeignKey
	addForeignKeyNotValid
	takeForeignKeys // of partitions, as those of their table
	validateCheck
	validateForeignKey
	alterForeignKey
	enforceForeignKey
	unenforceForeignKey
	dropConstraint
	dropForeignKey
	renameConstraint
	createIndex
	createIndexConcurrently
	dropIndex
	dropIndexConcurrently
	alterIndex
	clusterOn
	setOptions
	setLogged
	renameTable
	dropTable
	alterSequence
	ownSequence
	renameSequence
	dropSequence
	createPartition
	attachPartition
	detachPartition
	inherit
	attachIndex
	createTrigger
	enableTrigger
	dropTrigger
	changeRule
	changePolicy
	changeStatistics
	changePublication
	setReplicaIdentity
	setMethod
	setMethodOfPartitions
	replaceView
	dropView
	renameView
	renameTrigger
	alterOwner
	changeGrants
)

// A fact is what a form does. The modes are of the table itself, and of the
// table at the other end of a foreign key.
type fact struct {
	mode, other     string
	rewrites, scans bool
	hazard          render.Hazard
}

// facts is §1 of the measurements on PostgreSQL 13 to 18, where all versions
// agree; TestKindsOfChanges, TestEvolve and TestLocksOfFamiliesAndAccess hold it against the server. Forms without an entry take no
// lock that anybody notices.
var facts = map[form]fact{
	addColumn: {mode: accessExclusive},
	addColumnRewriting: {mode: accessExclusive, rewrites: true, scans: true,
		hazard: render.Hazard{ID: "LOCK14", Text: "the value differs from row to row, so every row and index is written anew while nobody can read"}},
	fillRows:          {mode: rowExclusive, scans: true},
	addColumnScanning: {mode: accessExclusive, scans: true},
	addColumnChecked: {mode: accessExclusive, rewrites: true, scans: true,
		hazard: render.Hazard{ID: "LOCK17", Text: "a domain with constraints makes the server write every row anew"}},
	checkDomain: {mode: share, scans: true,
		hazard: render.Hazard{ID: "LOCK17", Text: "every value of the domain is checked while nobody can write to the tables that have it"}},
	dropColumn:           {mode: accessExclusive},
	dropColumnOfKey:      {mode: accessExclusive, other: accessExclusive},
	renameColumn:         {mode: accessExclusive},
	setDefault:           {mode: accessExclusive},
	setNotNull:           {mode: accessExclusive, scans: true, hazard: render.Hazard{ID: "LOCK08", Text: "SET NOT NULL reads the whole table while nobody can read or write it"}},
	setNotNullProven:     {mode: accessExclusive},
	dropNotNull:          {mode: accessExclusive},
	setIdentity:          {mode: accessExclusive},
	dropIdentity:         {mode: accessExclusive},
	dropExpression:       {mode: accessExclusive},
	setExpression:        {mode: accessExclusive, rewrites: true, scans: true, hazard: render.Hazard{ID: "LOCK15", Text: "a stored generated column makes the server write every row anew while nobody can read"}},
	setExpressionVirtual: {mode: accessExclusive},
	setStatistics:        {mode: shareUpdateExclusive},
	setStorage:           {mode: accessExclusive},
	typeMeta:             {mode: accessExclusive},
	typeChecking: {mode: accessExclusive, scans: true,
		hazard: render.Hazard{ID: "LOCK29", Text: "the checks on the column are verified again for every row while nobody can read"}},
	typeReindexing: {mode: accessExclusive, scans: true,
		hazard: render.Hazard{ID: "LOCK28", Text: "an index on the column is built anew while nobody can read"}},
	typeRewriting: {mode: accessExclusive, rewrites: true, scans: true,
		hazard: render.Hazard{ID: "LOCK13", Text: "the type change writes every row and index anew while nobody can read"}},
	addPrimaryKey: {mode: accessExclusive, scans: true,
		hazard: render.Hazard{ID: "LOCK10", Text: "the index of the primary key is built while nobody can read or write"}},
	addUnique: {mode: accessExclusive, scans: true,
		hazard: render.Hazard{ID: "LOCK09", Text: "the index of the constraint is built while nobody can read or write"}},
	addExclusion: {mode: accessExclusive, scans: true,
		hazard: render.Hazard{ID: "LOCK12", Text: "the index of the constraint is built while nobody can read or write; there is no online form"}},
	addCheck: {mode: accessExclusive, scans: true,
		hazard: render.Hazard{ID: "LOCK06", Text: "every row is checked while nobody can read or write"}},
	addCheckNotValid: {mode: accessExclusive},
	addForeignKey: {mode: shareRowExclusive, other: shareRowExclusive, scans: true,
		hazard: render.Hazard{ID: "LOCK05", Text: "every row is checked while nobody can write to either table"}},
	addForeignKeyNotValid: {mode: shareRowExclusive, other: shareRowExclusive},
	takeForeignKeys:       {mode: shareRowExclusive, other: accessExclusive},
	validateCheck:         {mode: shareUpdateExclusive, scans: true},
	validateForeignKey:    {mode: shareUpdateExclusive, other: rowShare, scans: true},
	alterForeignKey:       {mode: accessExclusive},
	enforceForeignKey: {mode: accessExclusive, other: shareRowExclusive, scans: true,
		hazard: render.Hazard{ID: "LOCK05", Text: "every row is checked while nobody can read the table, or write to the one it refers to"}},
	unenforceForeignKey:     {mode: accessExclusive, other: accessExclusive},
	dropConstraint:          {mode: accessExclusive},
	dropForeignKey:          {mode: accessExclusive, other: accessExclusive, hazard: render.Hazard{ID: "LOCK32", Text: "dropping a foreign key locks the referenced table too"}},
	renameConstraint:        {mode: accessExclusive},
	createIndex:             {mode: share, scans: true, hazard: render.Hazard{ID: "LOCK01", Text: "writes wait until the index is built"}},
	createIndexConcurrently: {mode: shareUpdateExclusive, scans: true},
	dropIndex:               {mode: accessExclusive},
	dropIndexConcurrently:   {mode: shareUpdateExclusive},
	alterIndex:              {mode: shareUpdateExclusive},
	adoptIndex:              {mode: accessExclusive},
	clusterOn:               {mode: shareUpdateExclusive},
	setOptions:              {mode: shareUpdateExclusive},
	setLogged:               {mode: accessExclusive, rewrites: true, scans: true, hazard: render.Hazard{ID: "LOCK18", Text: "every row is written anew while nobody can read"}},
	renameTable:             {mode: accessExclusive},
	dropTable:               {mode: accessExclusive, other: accessExclusive, hazard: render.Hazard{}},
	alterSequence:           {mode: shareRowExclusive},
	ownSequence:             {mode: shareRowExclusive},
	renameSequence:          {mode: accessExclusive},
	dropSequence:            {mode: accessExclusive},
	createPartition:         {mode: accessExclusive},
	attachPartition:         {mode: shareUpdateExclusive, scans: true},
	detachPartition:         {mode: accessExclusive},
	inherit:                 {mode: accessExclusive},
	attachIndex:             {mode: "ACCESS SHARE"},
	createTrigger:           {mode: shareRowExclusive},
	enableTrigger:           {mode: shareRowExclusive},
	dropTrigger:             {mode: accessExclusive},
	changeRule:              {mode: accessExclusive},
	changePolicy:            {mode: accessExclusive},
	changeStatistics:        {mode: shareUpdateExclusive},
	changePublication:       {mode: shareUpdateExclusive},
	setReplicaIdentity:      {mode: accessExclusive},
	setMethod:               {mode: accessExclusive, rewrites: true, scans: true, hazard: render.Hazard{ID: "LOCK18", Text: "every row is written anew while nobody can read"}},
	setMethodOfPartitions:   {mode: accessExclusive},
	replaceView:             {mode: accessExclusive},
	dropView:                {mode: accessExclusive},
	renameView:              {mode: accessExclusive},
	renameTrigger:           {mode: accessExclusive},
	alterOwner:              {mode: accessExclusive},
}

// on returns a statement without SQL that has the facts of a form on a table,
// and on others at the far end of foreign keys.
func on(f form, table schema.Name, others ...schema.Name) render.Statement {
	is := facts[f]
	long := is.rewrites || is.scans || f == createIndexConcurrently || f == dropIndexConcurrently
	s := render.Statement{Rewrites: is.rewrites, Scans: is.scans}
	if is.mode != "" {
		s.Locks = append(s.Locks, render.Lock{Relation: table, Mode: is.mode, Long: long})
	}
	if is.other != "" {
		s.Locks = append(s.Locks, locks(is.other, long, table, others)...)
	}
	if is.hazard.ID != "" {
		s.Hazards = []render.Hazard{is.hazard}
	}
	return s
}

// locks are those on other tables than the first, each once, sorted by name.
func locks(mode string, long bool, table schema.Name, others []schema.Name) []render.Lock {
	var l []render.Lock
	for _, n := range slices.Compact(slices.SortedFunc(slices.Values(others), schema.Name.Compare)) {
		if n != table {
			l = append(l, render.Lock{Relation: n, Mode: mode, Long: long})
		}
	}
	return l
}
