package oracle

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"github.com/teleport-operator-caf/tests/wire"
)

// outcome is what both sides make of one CR: a message in its canonical form, or a refusal.
type outcome struct {
	ours, theirs       error // why it was refused; nil if it was taken
	ourWire, theirWire []byte
}

// judge decodes the CR on both sides. Its own error is that of the test.
func judge(e *encoder, kind string, cr json.RawMessage, oracle func(string, []byte) (Answer, error)) (outcome, error) {
	var out outcome
	theirs, err := oracle(kind, cr)
	out.theirs, out.theirWire = err, theirs.Wire
	ours, err := e.encode(kind, cr)
	if err != nil {
		return out, err
	}
	if ours.Error != "" {
		out.ours = errors.New(ours.Error)
		return out, nil
	}
	out.ourWire, err = Canonical(rows[kind].message, ours.Wire)
	return out, err
}

// agree: both refuse it, or both make the same message of it.
func (o outcome) agree() bool {
	if o.ours != nil || o.theirs != nil {
		return o.ours != nil && o.theirs != nil
	}
	return bytes.Equal(o.ourWire, o.theirWire)
}

// disagreement is nil when both agree.
func (o outcome) disagreement(kind string) error {
	switch {
	case o.agree():
		return nil
	case o.ours != nil:
		return fmt.Errorf("the operator refuses it: %w\nTeleport's types send\n%s", o.ours, shown(kind, o.theirWire))
	case o.theirs != nil:
		return fmt.Errorf("the operator sends\n%s\nTeleport's types refuse it: %w", shown(kind, o.ourWire), o.theirs)
	}
	return fmt.Errorf("the operator sends\n%s\nTeleport's types send\n%s", shown(kind, o.ourWire), shown(kind, o.theirWire))
}

func shown(kind string, raw []byte) string {
	message, err := wire.New(rows[kind].message)
	if err != nil {
		return err.Error()
	}
	if err := proto.Unmarshal(raw, message); err != nil {
		return err.Error()
	}
	return prototext.MarshalOptions{Multiline: true, EmitUnknown: true}.Format(message)
}
