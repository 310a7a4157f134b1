package modelscan

import (
	"go/token"
	"strings"
)

// A typeChoice is one product=type of a //gen:type directive; product is
// empty when the directive holds one type for all.
type typeChoice struct {
	product string
	value   text
	pos     token.Pos
}

// typeChoices cuts "postgres=double precision sqlite=real" where a word
// followed by = begins.
func typeChoices(t text) []typeChoice {
	t = t.trim()
	if t.s == "" {
		return nil
	}
	toks := sqlTokens(t)
	var starts []int
	for i := 0; i+1 < len(toks); i++ {
		if toks[i].kind == tokWord && toks[i+1].s == "=" && toks[i+1].kind == tokPunct && toks[i+1].i == toks[i].j {
			starts = append(starts, i)
		}
	}
	if len(starts) == 0 || starts[0] != 0 {
		return []typeChoice{{value: t, pos: t.pos()}}
	}
	var list []typeChoice
	for k, i := range starts {
		end := len(t.s)
		if k+1 < len(starts) {
			end = toks[starts[k+1]].i
		}
		list = append(list, typeChoice{
			product: strings.ToLower(toks[i].raw),
			value:   t.sub(toks[i+1].j, end).trim(),
			pos:     t.at(toks[i].i),
		})
	}
	return list
}
