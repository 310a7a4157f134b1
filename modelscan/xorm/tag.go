package xorm

import (
	"fmt"
	"strings"
)

// A word is one word of a tag, with what stands in parentheses behind it.
type word struct {
	name   string
	params []string
}

// splitTag is xorm's splitTag (tags/tag.go): spaces separate words outside of
// single quotes and parentheses. Parentheses do not nest, and the last opening
// one ends the name, so default(now()) is a word named "default(now".
func splitTag(tag string) ([]word, error) {
	tag = strings.TrimSpace(tag)
	var (
		words             []word
		cur               word
		quoted, inParens  bool
		start, paramStart int
	)
	for i, c := range tag {
		switch c {
		case '\'':
			quoted = !quoted
		case ' ':
			switch {
			case !quoted && !inParens:
				if start < i {
					if cur.name == "" {
						cur.name = tag[start:i]
					}
					words = append(words, cur)
					cur = word{}
					start = i + 1
				} else if start == i {
					start = i + 1
				}
			case inParens && !quoted:
				paramStart = i + 1
			}
		case ',':
			if !quoted && !inParens {
				return nil, fmt.Errorf("a comma outside of quotes and parentheses")
			}
			if !quoted {
				cur.params = append(cur.params, strings.TrimSpace(tag[paramStart:i]))
				paramStart = i + 1
			}
		case '(':
			inParens = true
			if !quoted {
				cur.name = tag[start:i]
				paramStart = i + 1
			}
		case ')':
			inParens = false
			if !quoted {
				cur.params = append(cur.params, tag[paramStart:i])
			}
		}
	}
	if start < len(tag) {
		if cur.name == "" {
			cur.name = tag[start:]
		}
		words = append(words, cur)
	}
	return words, nil
}
