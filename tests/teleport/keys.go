package teleport

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"sync"

	"github.com/gravitational/trace"
	"golang.org/x/crypto/ssh"
)

// clientKeys are the public halves that a client wants certified.
type clientKeys struct {
	tls crypto.PublicKey
	ssh ssh.PublicKey
}

// keysFromWire reads the encodings of the join stream: PKIX DER and SSH wire form.
func keysFromWire(tlsKey, sshKey []byte) (clientKeys, error) {
	if len(tlsKey) == 0 {
		return clientKeys{}, trace.BadParameter("PublicTLSKey is required")
	}
	if len(sshKey) == 0 {
		return clientKeys{}, trace.BadParameter("PublicSSHKey is required")
	}
	tlsPublic, err := x509.ParsePKIXPublicKey(tlsKey)
	if err != nil {
		return clientKeys{}, trace.BadParameter("parsing public_tls_key as PKIX DER: %v", err)
	}
	sshPublic, err := ssh.ParsePublicKey(sshKey)
	if err != nil {
		return clientKeys{}, trace.BadParameter("parsing public_ssh_key in wire form: %v", err)
	}
	return clientKeys{tls: tlsPublic, ssh: sshPublic}, nil
}

// keysFromText reads the encodings of the older calls: PEM and an authorized_keys line. Servers up to
// 16 take PKIX only, and RSA only.
func (s *Server) keysFromText(tlsKey, sshKey []byte) (clientKeys, error) {
	keys, err := s.decodeKeys(tlsKey, sshKey)
	if s.atLeast(firstWithSplitKeys) {
		return keys, err
	}
	return rsaOnly(keys, err)
}

func (s *Server) decodeKeys(tlsKey, sshKey []byte) (clientKeys, error) {
	block, _ := pem.Decode(tlsKey)
	if block == nil {
		return clientKeys{}, trace.BadParameter("expected PEM-encoded public TLS key")
	}
	parse := func(der []byte) (crypto.PublicKey, error) { return x509.ParsePKIXPublicKey(der) }
	if block.Type == "RSA PUBLIC KEY" && s.atLeast(firstWithSplitKeys) {
		parse = func(der []byte) (crypto.PublicKey, error) { return x509.ParsePKCS1PublicKey(der) }
	}
	tlsPublic, err := parse(block.Bytes)
	if err != nil {
		return clientKeys{}, trace.BadParameter("parsing public TLS key: %v", err)
	}
	sshPublic, _, _, _, err := ssh.ParseAuthorizedKey(sshKey)
	if err != nil {
		return clientKeys{}, trace.BadParameter("%v", err)
	}
	return clientKeys{tls: tlsPublic, ssh: sshPublic}, nil
}

// keysFromOldField reads the only field that servers up to 16 know: one RSA key for both uses.
func keysFromOldField(sshKey []byte) (clientKeys, error) {
	public, _, _, _, err := ssh.ParseAuthorizedKey(sshKey)
	if err != nil {
		return clientKeys{}, trace.BadParameter("%v", err)
	}
	holder, ok := public.(ssh.CryptoPublicKey)
	if !ok {
		return clientKeys{}, trace.BadParameter("unsupported public key type %q", public.Type())
	}
	return clientKeys{tls: holder.CryptoPublicKey(), ssh: public}, nil
}

// rsaOnly refuses other keys, as servers up to 16 do.
func rsaOnly(keys clientKeys, err error) (clientKeys, error) {
	if err != nil {
		return clientKeys{}, err
	}
	if _, is := keys.tls.(*rsa.PublicKey); !is {
		return clientKeys{}, trace.BadParameter("unsupported public key type %T", keys.tls)
	}
	return keys, nil
}

// seenKeys notices a client that certifies one key twice, which a good one never does.
type seenKeys struct {
	mu   sync.Mutex
	seen map[string]bool
}

// again reports whether the TLS key was certified before, and remembers it.
func (k *seenKeys) again(key crypto.PublicKey) bool {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.seen == nil {
		k.seen = map[string]bool{}
	}
	before := k.seen[string(der)]
	k.seen[string(der)] = true
	return before
}
