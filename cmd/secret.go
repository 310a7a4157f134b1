package cmd

import (
	"net/url"
	"regexp"
	"strings"
)

// hidden stands where a password stood.
const hidden = "xxxxx"

// parameter finds the parameters behind the ? of a URL.
var parameter = regexp.MustCompile(`([?&])([^=&#]*)=([^&#]*)`)

// isSecret tells the parameters that PostgreSQL takes passwords from.
func isSecret(key string) bool {
	key = strings.ToLower(unescaped(key))
	return key == "password" || key == "sslpassword"
}

// hide registers the passwords of a URL so that redact finds them in any text
// a driver or server may produce.
//
// A password that is a word of the rest of the URL too (postgres:postgres@, as
// in many a docker-compose.yml) is only hidden where it stands as one: to hide
// the word everywhere would garble messages and give the password away.
func (a *app) hide(rawURL string) {
	rest := showURL(rawURL)
	for _, p := range passwordsIn(rawURL) {
		for _, form := range []string{p, unescaped(p), url.QueryEscape(unescaped(p)), url.PathEscape(unescaped(p))} {
			if form == "" || form == hidden {
				continue
			}
			if strings.Contains(rest, form) {
				a.secrets = append(a.secrets, secret{":" + form + "@", ":" + hidden + "@"}, secret{"password=" + form, "password=" + hidden})
			} else {
				a.secrets = append(a.secrets, secret{form, hidden})
			}
		}
	}
}

// A secret is a text that is never printed, and what is printed instead.
type secret struct{ text, shown string }

func (a *app) redact(s string) string {
	for _, secret := range a.secrets {
		s = strings.ReplaceAll(s, secret.text, secret.shown)
	}
	return s
}

// showURL is a URL fit to be printed. It does not rely on the URL being a
// valid one: what is wrong with it may be its password.
func showURL(raw string) string {
	if from, to := passwordSpan(raw); to > from {
		raw = raw[:from] + hidden + raw[to:]
	}
	return parameter.ReplaceAllStringFunc(raw, func(m string) string {
		if p := parameter.FindStringSubmatch(m); isSecret(p[2]) {
			return p[1] + p[2] + "=" + hidden
		}
		return m
	})
}

// passwordsIn returns the passwords as they are written.
func passwordsIn(raw string) []string {
	var list []string
	if from, to := passwordSpan(raw); to > from {
		list = append(list, raw[from:to])
	}
	for _, p := range parameter.FindAllStringSubmatch(raw, -1) {
		if isSecret(p[2]) {
			list = append(list, p[3])
		}
	}
	return list
}

// passwordSpan finds the password of user:password@host. In a URL that is not
// readable it ends at the last @.
func passwordSpan(raw string) (from, to int) {
	start := strings.Index(raw, ":") + 1
	start += len(raw[start:]) - len(strings.TrimLeft(raw[start:], "/"))
	userinfo := raw[start:]
	if readable(raw) {
		if i := strings.IndexAny(userinfo, "/?#"); i >= 0 {
			userinfo = userinfo[:i]
		}
	}
	end := strings.LastIndexByte(userinfo, '@')
	if end < 0 {
		return 0, 0
	}
	colon := strings.IndexByte(userinfo[:end], ':')
	if colon < 0 {
		return 0, 0
	}
	return start + colon + 1, start + end
}

// readable is false for a URL whose parts cannot be told apart: a password in
// which nobody escaped an @, a / or a # makes it so.
func readable(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && u.Opaque == "" && !strings.Contains(u.Path+u.Fragment, "@")
}

func unescaped(s string) string {
	if p, err := url.PathUnescape(s); err == nil {
		return p
	}
	return s
}
