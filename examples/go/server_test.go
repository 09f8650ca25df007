package notes

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
)

type realm struct{ Name, Issuer string }
type token struct{ Token string }

var (
	bridge    *Bridge
	testRealm realm
)

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	var err error
	if bridge, err = StartBridge(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer bridge.Close()
	empty := map[string]any{}
	if err = bridge.Request("start", empty, nil); err == nil {
		err = bridge.Request("createRealm", empty, &testRealm)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func status(t *testing.T, bearer string) int {
	t.Helper()
	request := httptest.NewRequest("GET", "/", nil)
	request.Header.Set("Authorization", "Bearer "+bearer)
	recorder := httptest.NewRecorder()
	NewServer(testRealm.Issuer).ServeHTTP(recorder, request)
	return recorder.Code
}

func TestKnowsTheCaller(t *testing.T) {
	t.Parallel()
	login := Must[token](t, bridge, "token", map[string]any{"user": "testadmin"})
	if got := status(t, login.Token); got != http.StatusOK {
		t.Fatal(got)
	}
}

func TestRefusesBadTokens(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"iss", "exp", "sig", "none"} {
		bad := Must[token](t, bridge, "badToken", map[string]any{"kind": kind})
		if got := status(t, bad.Token); got != http.StatusUnauthorized {
			t.Errorf("%s: %d", kind, got)
		}
	}
}
