package teleport

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"net"
	"time"
)

// What bad answers say. Those that never end stop when the client is gone, or at the latest after
// babbleLimit bytes, which is far more than a client may keep.

const babbleLimit = 256 << 20

var (
	plainHTTP      = "HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"
	sshBanner      = "SSH-2.0-Teleport\r\n"
	tlsAlert       = "\x15\x03\x03\x00\x02\x02\x28"         // fatal, handshake_failure
	halfRecord     = "\x16\x03\x03\x40\x00\x02\x00\x3f\xfc" // a record of 16 KiB that ends after 4 bytes
	hugeHTTP2Frame = "\xff\xff\xff\x00\x00\x00\x00\x00\x01" // DATA of 16 MiB - 1 on stream 1

	closeFrame     = "\x88\x02\x03\xe8"
	hugeFrame      = "\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff" // a binary frame of 2^63 - 1 bytes
	negativeLength = "\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff" // the sign bit of its length is set
	reservedBits   = "\xf2\x01x"
	maskedFrame    = "\x82\x81abcdx" // only clients mask
	longPing       = "\x89\x7e\xff\xff"
	emptyPing      = "\x89\x00"
)

func hangUp(net.Conn) {}

// swallow reads and says nothing.
func swallow(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// sayOnce says a text after the client has spoken, and hangs up when the client does.
func sayOnce(text string) func(net.Conn) {
	return func(conn net.Conn) {
		if heard(conn) && say(conn, text) {
			// Closing with unread bytes would make a reset of it, which hides what was said.
			_ = conn.SetReadDeadline(time.Now().Add(2 * time.Second))
			swallow(conn)
		}
	}
}

func sayAndBabble(text string) func(net.Conn) {
	return func(conn net.Conn) {
		if heard(conn) && say(conn, text) {
			babble(conn)
		}
	}
}

func heard(conn net.Conn) bool {
	_, err := conn.Read(make([]byte, 4096))
	return err == nil
}

func say(conn net.Conn, text string) bool {
	_, err := io.WriteString(conn, text)
	return err == nil
}

// babble says nonsense as long as anybody listens.
func babble(conn net.Conn) {
	go swallow(conn)
	block := nonsense(64 << 10)
	for said := 0; said < babbleLimit; said += len(block) {
		if _, err := conn.Write(block); err != nil {
			return
		}
	}
}

// nonsense is the same in each run, and looks like no protocol.
func nonsense(size int) []byte {
	out := make([]byte, 0, size)
	for i := uint64(0); len(out) < size; i++ {
		sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, i))
		out = append(out, sum[:]...)
	}
	return out[:size]
}

// pingsForEver are good frames that never bring any data.
func pingsForEver(conn net.Conn) {
	go swallow(conn)
	for range time.Tick(10 * time.Millisecond) {
		if !say(conn, emptyPing) {
			return
		}
	}
}
