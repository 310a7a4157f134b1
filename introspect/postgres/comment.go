package postgres

// standardComment is what initdb writes on schema public: nobody's wish.
const standardComment = "standard public schema"

func (k *catalog) readComment(r *row) {
	o := object{class: r.oid(), id: r.oid(), sub: int16(r.int())}
	k.comments[o] = r.text()
}

// comment is the comment on an object that gen manages; empty where there is
// none. It counts as used: what is left over is listed as unmanaged.
func (k *catalog) comment(class, id oid, sub int16) string {
	o := object{class, id, sub}
	text, ok := k.comments[o]
	if ok {
		k.used[o] = true
	}
	return text
}

func (k *catalog) schemaComment(id oid) string {
	text := k.comment(classNamespace, id, 0)
	if text == standardComment && k.namespaces[id] == "public" {
		return ""
	}
	return text
}
