package notes

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"
)

const bridgeVersion = 1

// Bridge is a client of `mcp-keycloak bridge`. Its methods can be called from any goroutine.
type Bridge struct {
	process *exec.Cmd
	input   io.WriteCloser
	mutex   sync.Mutex
	lastID  int
	waiting map[int]chan answer
	ended   chan struct{}
}

type answer struct {
	BridgeVersion int             `json:"bridgeVersion"`
	ID            int             `json:"id"`
	Result        json.RawMessage `json:"result"`
	Error         *struct {
		Code, Message, Why, Fix string
	} `json:"error"`
}

// StartBridge starts mcp-keycloak. It ends with the test process, whatever ends that.
func StartBridge() (*Bridge, error) {
	process := exec.Command("mcp-keycloak", "bridge")
	process.Stderr = os.Stderr
	input, err := process.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, err
	}
	bridge := &Bridge{process: process, input: input, waiting: map[int]chan answer{}, ended: make(chan struct{})}
	lines := json.NewDecoder(bufio.NewReader(output))
	var hello answer
	if err := lines.Decode(&hello); err != nil {
		return nil, fmt.Errorf("mcp-keycloak bridge did not start: %w", err)
	}
	if hello.BridgeVersion != bridgeVersion {
		return nil, fmt.Errorf("mcp-keycloak speaks version %d of the bridge, not %d", hello.BridgeVersion, bridgeVersion)
	}
	go bridge.read(lines)
	return bridge, nil
}

func (b *Bridge) read(lines *json.Decoder) {
	defer close(b.ended)
	for {
		var got answer
		if err := lines.Decode(&got); err != nil {
			return
		}
		b.mutex.Lock()
		waiting := b.waiting[got.ID]
		delete(b.waiting, got.ID)
		b.mutex.Unlock()
		if waiting != nil {
			waiting <- got
		}
	}
}

// Request sends a request and fills result, which may be nil.
func (b *Bridge) Request(method string, params any, result any) error {
	waiting := make(chan answer, 1)
	b.mutex.Lock()
	b.lastID++
	b.waiting[b.lastID] = waiting
	err := json.NewEncoder(b.input).Encode(map[string]any{"id": b.lastID, "method": method, "params": params})
	b.mutex.Unlock()
	if err != nil {
		return err
	}
	select {
	case got := <-waiting:
		if got.Error != nil {
			return fmt.Errorf("%s: %s\n%s\n%s", got.Error.Code, got.Error.Message, got.Error.Why, got.Error.Fix)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(got.Result, result)
	case <-b.ended:
		return fmt.Errorf("mcp-keycloak has ended")
	}
}

// Close ends the bridge, which removes its realms and its Keycloak.
func (b *Bridge) Close() error {
	b.input.Close()
	<-b.ended
	return b.process.Wait()
}

// Must sends a request and ends the test when it fails.
func Must[Result any](t *testing.T, b *Bridge, method string, params map[string]any) Result {
	t.Helper()
	var result Result
	if params == nil {
		params = map[string]any{}
	}
	if err := b.Request(method, params, &result); err != nil {
		t.Fatal(err)
	}
	return result
}
