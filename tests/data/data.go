// Package data holds tables of facts that several test packages read.
package data

import _ "embed"

// Messages are the wire messages of the kinds and their calls (wire-facts/messages.json).
//
//go:embed wire-facts/messages.json
var Messages []byte

// Services are the gRPC methods that serve the kinds (wire-facts/services.json).
//
//go:embed wire-facts/services.json
var Services []byte
