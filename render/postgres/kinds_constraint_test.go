package postgres_test

// constraintKinds is section 1.3.
func constraintKinds() []kind {
	const s = "1.3"
	noKey := "CREATE TABLE t (id int, a int NOT NULL, r int4range); INSERT INTO t VALUES (1, 1, '[1,2)');\n"
	heirs := "CREATE TABLE b (x int); CREATE TABLE c () INHERITS (b); INSERT INTO b VALUES (1); INSERT INTO c VALUES (2);\n"
	refs := parted + "CREATE TABLE r (id int PRIMARY KEY); INSERT INTO r VALUES (1), (2);\n"
	fk := "CREATE TABLE r (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, r int); INSERT INTO r VALUES (1); INSERT INTO t VALUES (1, 1);\n"
	addFK := "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (r) REFERENCES r"
	return []kind{
		{section: s, name: "add a primary key", base: noKey, to: "ALTER TABLE t ADD PRIMARY KEY (a)"},
		{section: s, name: "add a primary key over what may be null", base: noKey, to: "ALTER TABLE t ADD PRIMARY KEY (id)"},
		{section: s, name: "add a primary key, others not waiting", base: noKey, to: "ALTER TABLE t ADD PRIMARY KEY (a)", online: true},
		{section: s, name: "add a unique key", base: noKey, to: "ALTER TABLE t ADD UNIQUE (id)"},
		{section: s, name: "add a unique key, others not waiting", base: noKey, to: "ALTER TABLE t ADD UNIQUE (id)", online: true},
		{section: s, name: "add an exclusion", base: noKey, to: "ALTER TABLE t ADD EXCLUDE USING gist (r WITH &&)"},
		{section: s, name: "primary key using an index", base: noKey + "CREATE UNIQUE INDEX i ON t (a);", written: "ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY USING INDEX i"},
		{section: s, name: "primary key using an index over what may be null", base: noKey + "CREATE UNIQUE INDEX i ON t (id);", written: "ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY USING INDEX i"},
		{section: s, name: "unique key using an index", base: noKey + "CREATE UNIQUE INDEX i ON t (a);", written: "ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX i"},
		{section: s, name: "a unique index becomes a unique key", base: noKey + "CREATE UNIQUE INDEX i ON t (a);", to: "ALTER TABLE t ADD CONSTRAINT i UNIQUE USING INDEX i"},
		{section: s, name: "add a check", base: tRows, to: "ALTER TABLE t ADD CHECK (a > 0)"},
		{section: s, name: "add a check, others not waiting", base: tRows, to: "ALTER TABLE t ADD CHECK (a > 0)", online: true},
		{section: s, name: "add a check that is not enforced", base: tRows, to: "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED", since: 18},
		{section: s, name: "validate a check", base: tRows + "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;", to: "ALTER TABLE t VALIDATE CONSTRAINT c"},
		{section: s, name: "validate a not null", base: tRows + "ALTER TABLE t ADD CONSTRAINT c NOT NULL a NOT VALID;", to: "ALTER TABLE t VALIDATE CONSTRAINT c", since: 18},
		{section: s, name: "add a foreign key", base: fk, to: addFK},
		{section: s, name: "add a foreign key, others not waiting", base: fk, to: addFK, online: true},
		{section: s, name: "add a foreign key to itself", base: tRows, to: "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES t"},
		{section: s, name: "validate a foreign key", base: fk + addFK + " NOT VALID;", to: "ALTER TABLE t VALIDATE CONSTRAINT f"},
		{section: s, name: "add a foreign key that is not enforced", base: fk, to: addFK + " NOT ENFORCED", since: 18},
		{section: s, name: "enforce a foreign key", base: fk + addFK + " NOT ENFORCED;", to: "ALTER TABLE t ALTER CONSTRAINT f ENFORCED", since: 18},
		{section: s, name: "enforce a foreign key no more", base: fk + addFK + ";", to: "ALTER TABLE t ALTER CONSTRAINT f NOT ENFORCED", since: 18},
		{section: s, name: "make a foreign key deferrable", base: fk + addFK + ";", to: "ALTER TABLE t ALTER CONSTRAINT f DEFERRABLE"},
		{section: s, name: "drop a foreign key", base: fk + addFK + ";", to: "ALTER TABLE t DROP CONSTRAINT f"},
		{section: s, name: "drop a check", base: tRows + "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);", to: "ALTER TABLE t DROP CONSTRAINT c"},
		{section: s, name: "drop a unique key", base: tRows + "ALTER TABLE t ADD CONSTRAINT c UNIQUE (a);", to: "ALTER TABLE t DROP CONSTRAINT c"},
		{section: s, name: "drop a primary key", base: tRows, to: "ALTER TABLE t DROP CONSTRAINT t_pkey"},
		{section: s, name: "drop a primary key with what refers to it", base: tRows + uRefs, written: "ALTER TABLE t DROP CONSTRAINT t_pkey CASCADE", untold: []string{"u"}},
		{section: s, name: "rename a check", base: tRows + "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);", to: "ALTER TABLE t RENAME CONSTRAINT c TO d"},
		{section: s, name: "rename a unique key", base: tRows + "ALTER TABLE t ADD CONSTRAINT c UNIQUE (a);", to: "ALTER TABLE t RENAME CONSTRAINT c TO d"},
		{section: s, name: "add a check above heirs", base: heirs, to: "ALTER TABLE b ADD CONSTRAINT k CHECK (x > 0)"},
		{section: s, name: "add a check above heirs, others not waiting", base: heirs, to: "ALTER TABLE b ADD CONSTRAINT k CHECK (x > 0)", online: true},
		{section: s, name: "add a check that is not inherited", base: heirs, to: "ALTER TABLE b ADD CONSTRAINT k CHECK (x > 0) NO INHERIT"},
		{section: s, name: "add a check that is not inherited, others not waiting", base: heirs, to: "ALTER TABLE b ADD CONSTRAINT k CHECK (x > 0) NO INHERIT", online: true},
		{section: s, name: "add a unique key above heirs", base: heirs, to: "ALTER TABLE b ADD CONSTRAINT k UNIQUE (x)"},
		{section: s, name: "add a primary key above heirs", base: heirs, to: "ALTER TABLE b ADD CONSTRAINT k PRIMARY KEY (x)"},
		{section: s, name: "add a check of a partitioned table", base: parted, to: "ALTER TABLE p ADD CONSTRAINT c CHECK (k > 0)"},
		{section: s, name: "add a check that each partition has", base: parted + "ALTER TABLE p1 ADD CONSTRAINT c CHECK (k > 0); ALTER TABLE p2 ADD CONSTRAINT c CHECK (k > 0);", to: "ALTER TABLE p ADD CONSTRAINT c CHECK (k > 0)"},
		{section: s, name: "add a foreign key of a partitioned table", base: refs, to: "ALTER TABLE p ADD CONSTRAINT f FOREIGN KEY (k) REFERENCES r"},
		{section: s, name: "add a foreign key of a partitioned table, others not waiting", base: refs, to: "ALTER TABLE p ADD CONSTRAINT f FOREIGN KEY (k) REFERENCES r", online: true},
		{section: s, name: "add a foreign key that each partition has", base: refs + "ALTER TABLE p1 ADD CONSTRAINT f FOREIGN KEY (k) REFERENCES r; ALTER TABLE p2 ADD CONSTRAINT f FOREIGN KEY (k) REFERENCES r;", to: "ALTER TABLE p ADD CONSTRAINT f FOREIGN KEY (k) REFERENCES r"},
		{section: s, name: "add a unique key of a partitioned table", base: parted, to: "ALTER TABLE p ADD UNIQUE (id)"},
		{section: s, name: "add a primary key of a partitioned table", base: parted, to: "ALTER TABLE p ADD PRIMARY KEY (id)"},
		{section: s, name: "add a primary key of a partitioned table over what may be null", base: "CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); INSERT INTO p VALUES (1);", to: "ALTER TABLE p ADD PRIMARY KEY (id)"},
		{section: s, name: "add an exclusion of a partitioned table", base: parted, to: "ALTER TABLE p ADD EXCLUDE USING btree (id WITH =)", since: 17},
		{section: s, name: "add a temporal key", base: "CREATE TABLE t (r int4range NOT NULL, at daterange NOT NULL); INSERT INTO t VALUES ('[1,2)', '[2020-01-01,2021-01-01)');", to: "ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY (r, at WITHOUT OVERLAPS)", since: 18},
	}
}

// indexKinds is section 1.4.
func indexKinds() []kind {
	const s = "1.4"
	index := tRows + "CREATE INDEX i ON t (a);"
	return []kind{
		{section: s, name: "create", base: tRows, written: "CREATE INDEX i ON t (a)"},
		{section: s, name: "create unique", base: tRows, written: "CREATE UNIQUE INDEX i ON t (a)"},
		{section: s, name: "create concurrently", base: tRows, to: "CREATE INDEX i ON t (a)"},
		{section: s, name: "create unique concurrently", base: tRows, to: "CREATE UNIQUE INDEX i ON t (a)"},
		{section: s, name: "create on a partitioned table", base: parted, to: "CREATE INDEX i ON p (k)"},
		{section: s, name: "create on a partitioned table alone", base: parted, written: "CREATE INDEX i ON ONLY p (k)"},
		{section: s, name: "drop", base: index, written: "DROP INDEX i"},
		{section: s, name: "drop concurrently", base: index, to: "DROP INDEX i"},
		{section: s, name: "drop of a partitioned table's", base: parted + "CREATE INDEX i ON p (k);", to: "DROP INDEX i"},
		{section: s, name: "reindex an index", base: index, written: "REINDEX INDEX i"},
		{section: s, name: "reindex a table", base: index, written: "REINDEX TABLE t"},
		{section: s, name: "rename", base: index, written: "ALTER INDEX i RENAME TO j"},
		{section: s, name: "rename as a table", base: index, written: "ALTER TABLE i RENAME TO j"},
		{section: s, name: "options", base: index, to: "ALTER INDEX i SET (fillfactor = 70)"},
		{section: s, name: "options of a BRIN index", base: tRows + "CREATE INDEX i ON t USING brin (a);", to: "ALTER INDEX i SET (pages_per_range = 64)"},
		{section: s, name: "no options of a GIN index", base: "CREATE TABLE t (a int[]); CREATE INDEX i ON t USING gin (a) WITH (fastupdate = off);", to: "ALTER INDEX i RESET (fastupdate)"},
		{section: s, name: "options of a GiST index", base: "CREATE TABLE t (a point); CREATE INDEX i ON t USING gist (a);", to: "ALTER INDEX i SET (buffering = on)"},
		{section: s, name: "options of a hash index", base: tRows + "CREATE INDEX i ON t USING hash (a);", to: "ALTER INDEX i SET (fillfactor = 70)"},
		{section: s, name: "statistics target", base: tRows + "CREATE INDEX i ON t (lower(b));", to: "ALTER INDEX i ALTER 1 SET STATISTICS 100"},
		{section: s, name: "another definition", base: index, to: "DROP INDEX i; CREATE INDEX i ON t (a, n)"},
		{section: s, name: "another definition on a partitioned table", base: parted + "CREATE INDEX i ON p (k);", to: "DROP INDEX i; CREATE INDEX i ON p (k, id)"},
		{section: s, name: "cluster on", base: index, to: "ALTER TABLE t CLUSTER ON i"},
		{section: s, name: "cluster on no more", base: index + "ALTER TABLE t CLUSTER ON i;", to: "ALTER TABLE t SET WITHOUT CLUSTER"},
		{section: s, name: "replica identity", base: tRows + "CREATE UNIQUE INDEX i ON t (id, n);", to: "ALTER TABLE t REPLICA IDENTITY USING INDEX i"},
		{section: s, name: "replica identity full", base: tRows, to: "ALTER TABLE t REPLICA IDENTITY FULL"},
	}
}
