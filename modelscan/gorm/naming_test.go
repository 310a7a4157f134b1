package gorm

import (
	"strings"
	"testing"
)

// TestColumnNames: the initialisms are looked for from left to right in the
// order of GORM's list, so HTTPS is HTTP and S. (schema/naming.go toDBName)
func TestColumnNames(t *testing.T) {
	for _, pair := range strings.Fields(`
		ID=id UserID=user_id HTTPSPort=http_s_port OIDCClient=o_id_c_client OAuthToken=o_auth_token IPv4=ipv4 IDs=ids Name_X=name__x EC2ID=ec2_id
		MD5Hash=md5_hash X509Cert=x509_cert CreatedAtUTC=created_at_utc FooID1=foo_id1 PostgreSQL=postgre_sql XSSFilter=xss_filter S3Key=s3_key
		APIKeys=api_keys VMID=vm_id A=a AB=ab ABc=a_bc aB=a_b HTTPServer=http_server UIDs=uids Größe=größe userName=user_name`) {
		name, want, _ := strings.Cut(pair, "=")
		if got := (Naming{}).Column(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// TestTableNames: plurals are those of jinzhu/inflection 1.0.0: the last rule
// that matches wins, irregular words match as a suffix, words without a plural
// only as a whole.
func TestTableNames(t *testing.T) {
	for _, pair := range strings.Fields(`
		User=users Person=people SalesPerson=sales_people Human=humen Equipment=equipment UserEquipment=user_equipments Status=statuses Index=indices
		Virus=viri Axis=axes Leaf=leafs Data=data Media=media Metadata=metadata Hero=heros Tomato=tomatoes Criterion=criterions Process=processes
		Users=users Schema=schemas Category=categories Box=boxes APIKey=api_keys`) {
		name, want, _ := strings.Cut(pair, "=")
		if got := (Naming{}).Table(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// TestNaming: what the fields of NamingStrategy do. (schema/naming.go)
func TestNaming(t *testing.T) {
	long := strings.Repeat("long_", 13) + "x" // 66 bytes
	for _, c := range []struct{ name, got, want string }{
		{"singular", Naming{SingularTable: true}.Table("User"), "user"},
		{"a prefix", Naming{TablePrefix: "app_"}.Table("User"), "app_users"},
		{"a schema for prefix", Naming{TablePrefix: "app."}.Table("User"), "app.users"},
		{"names as they are", Naming{NoLowerCase: true}.Column("UserID"), "UserID"},
		{"names as they are have a plural", Naming{NoLowerCase: true}.Table("User"), "Users"},
		{"a replacer", Naming{Replacer: []string{"CID", "Cid"}}.Column("FooCID"), "foo_cid"},
		{"a replacer before capitals are kept", Naming{Replacer: []string{"User", "Member"}, NoLowerCase: true}.Table("User"), "Members"},
		{"a replacer that leaves nothing is passed over", Naming{Replacer: []string{"User", ""}}.Column("User"), "User"},
		{"half a pair of a replacer", Naming{Replacer: []string{"User"}}.Column("User"), "user"},
		{"a join table in lower case stays", Naming{TablePrefix: "app_"}.JoinTable("user_languages"), "app_user_languages"},
		{"a join table with capitals is a name", Naming{}.JoinTable("UserLanguage"), "user_languages"},
		{"a join table, names as they are", Naming{NoLowerCase: true}.JoinTable("user_language"), "user_languages"},
		{"an index", Naming{}.Index("users", "UserID"), "idx_users_user_id"},
		{"an index of a table with a schema", Naming{}.Index("app.users", "Name"), "idx_app_users_name"},
		{"a unique constraint", Naming{}.Unique("users", "e_mail"), "uni_users_e_mail"},
		{"a check", Naming{}.Check("users", "Age"), "chk_users_Age"},
		{"a foreign key", Naming{}.ForeignKey("users", "HomeTown"), "fk_users_home_town"},
		{"the longest name", Naming{}.Check("t", strings.Repeat("c", 58)), "chk_t_" + strings.Repeat("c", 58)},
		{"a longer one ends in its hash", Naming{}.Check("t", strings.Repeat("c", 59)), "chk_t_" + strings.Repeat("c", 50) + "d4bd59f7"},
		{"with the limit of PostgreSQL", Naming{IdentifierMaxLength: 63}.Index(long, "Name"), "idx_long_long_long_long_long_long_long_long_long_long_lcd2adc71"},
		{"umlauts count as one", Naming{}.Check("t", strings.Repeat("ö", 58)), "chk_t_" + strings.Repeat("ö", 58)},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, c.got, c.want)
		}
	}
}
