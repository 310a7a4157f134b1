package corpus_test

// irrelevantCatalogs are those that say nothing about a schema, and why.
var irrelevantCatalogs = map[string]string{
	"pg_auth_members":       "roles belong to the cluster",
	"pg_authid":             "roles belong to the cluster",
	"pg_init_privs":         "what privileges were when initdb or an extension made something; nobody alters it",
	"pg_largeobject":        "data",
	"pg_parameter_acl":      "privileges on settings belong to the cluster",
	"pg_replication_origin": "the progress of replication, of the cluster",
	"pg_shdepend":           "follows from owners, privileges, policies and tablespaces, which have columns of their own",
	"pg_shdescription":      "comments on databases, roles and tablespaces belong to the cluster",
	"pg_shseclabel":         "labels of databases, roles and tablespaces belong to the cluster",
	"pg_statistic":          "what ANALYZE found in the data",
	"pg_statistic_ext_data": "what ANALYZE found in the data",
	"pg_subscription_rel":   "the progress of a subscription",
	"pg_tablespace":         "tablespaces belong to the cluster; what lies in one is in pg_class",
}

// Reasons that hold for many columns.
const (
	owner     = "owners are looked at where privileges are"
	follows   = "follows from other columns, which are altered"
	storage   = "where and how the rows lie"
	ofCluster = "CREATE DATABASE says it, and that is the cluster's"
	library   = "of the library that the server runs with, where it has a version"
	noLabels  = "PostgreSQL brings no provider of labels; the list of what is not managed has a query for them"
)

// unalteredColumns are those that no change of the walk alters, and why.
var unalteredColumns = map[string]string{
	"pg_amop.amoplefttype":             follows,
	"pg_amop.amopmethod":               follows,
	"pg_amop.amoprighttype":            follows,
	"pg_attribute.attcacheoff":         storage,
	"pg_attribute.atthasmissing":       storage,
	"pg_attribute.attmissingval":       storage,
	"pg_class.relallvisible":           storage,
	"pg_class.relallfrozen":            storage,
	"pg_class.relispopulated":          "data: REFRESH MATERIALIZED VIEW fills it",
	"pg_class.relisshared":             "of the server's own catalogs",
	"pg_class.relowner":                owner,
	"pg_class.relrewrite":              storage,
	"pg_class.reltype":                 follows,
	"pg_collation.collowner":           owner,
	"pg_collation.collversion":         library,
	"pg_conversion.conowner":           owner,
	"pg_database.datallowconn":         ofCluster,
	"pg_database.datcollate":           ofCluster,
	"pg_database.datcollversion":       library,
	"pg_database.datconnlimit":         ofCluster,
	"pg_database.datctype":             ofCluster,
	"pg_database.datdba":               owner,
	"pg_database.datfrozenxid":         storage,
	"pg_database.dathasloginevt":       follows,
	"pg_database.daticulocale":         ofCluster,
	"pg_database.daticurules":          ofCluster,
	"pg_database.datistemplate":        ofCluster,
	"pg_database.datlastsysoid":        storage,
	"pg_database.datlocale":            ofCluster,
	"pg_database.datlocprovider":       ofCluster,
	"pg_database.datminmxid":           storage,
	"pg_database.dattablespace":        ofCluster,
	"pg_database.encoding":             ofCluster,
	"pg_event_trigger.evtowner":        owner,
	"pg_extension.extcondition":        "the extension's script says it",
	"pg_extension.extconfig":           "the extension's script says it",
	"pg_extension.extowner":            owner,
	"pg_extension.extrelocatable":      "the extension's control file says it",
	"pg_foreign_data_wrapper.fdwowner": owner,
	"pg_foreign_server.srvowner":       owner,
	"pg_index.indcheckxmin":            storage,
	"pg_index.indislive":               "of an index that is being dropped: it is not valid then, which is altered",
	"pg_index.indisready":              "of an index that is being built: it is not valid then, which is altered",
	"pg_language.lanispl":              "no statement makes a language without it",
	"pg_language.lanowner":             owner,
	"pg_largeobject_metadata.lomowner": owner,
	"pg_namespace.nspowner":            owner,
	"pg_opclass.opcowner":              owner,
	"pg_operator.oprkind":              follows,
	"pg_operator.oprowner":             owner,
	"pg_opfamily.opfowner":             owner,
	"pg_proc.pronargs":                 follows,
	"pg_proc.proowner":                 owner,
	"pg_publication.pubowner":          owner,
	"pg_seclabel.classoid":             noLabels,
	"pg_seclabel.label":                noLabels,
	"pg_seclabel.objoid":               noLabels,
	"pg_seclabel.objsubid":             noLabels,
	"pg_seclabel.provider":             noLabels,
	"pg_statistic_ext.stxowner":        owner,
	"pg_subscription.subdbid":          "the database that asks",
	"pg_subscription.subenabled":       "it would begin to work",
	"pg_subscription.subowner":         owner,
	"pg_subscription.subtwophasestate": "said when it is created, or while it is disabled and connected",
	"pg_trigger.tgconstraint":          follows,
	"pg_trigger.tgconstrindid":         follows,
	"pg_trigger.tgisinternal":          follows,
	"pg_trigger.tgparentid":            follows,
	"pg_ts_config.cfgowner":            owner,
	"pg_ts_dict.dictowner":             owner,
	"pg_type.typowner":                 owner,
}

// unalteredBefore are columns that can only be altered from that major on.
var unalteredBefore = map[string]int{
	"pg_collation.collprovider": 17, // until then each provider has an encoding of its own, and that is altered
}
