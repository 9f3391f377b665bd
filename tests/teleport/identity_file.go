package teleport

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"time"

	"golang.org/x/crypto/ssh"
)

// IdentityFile is what `tctl auth sign --format=file` or a bot's identity output writes for a user
// with these roles: key, certificates and the host CAs, in the order of
// facts/teleport-connection.md §9.1. It holds a private key.
func (s *Server) IdentityFile(user string, roles []string, life time.Duration) ([]byte, error) {
	key, err := s.newClientKey()
	if err != nil {
		return nil, fmt.Errorf("making a key for %q: %w", user, err)
	}
	sshKey, err := ssh.NewPublicKey(key.Public())
	if err != nil {
		return nil, fmt.Errorf("SSH form of the key of %q: %w", user, err)
	}
	expires := s.now().Add(life)
	issued, err := s.issue(identity{user: user, roles: roles},
		clientKeys{tls: key.Public(), ssh: sshKey}, &expires)
	if err != nil {
		return nil, err
	}
	private, err := privatePEM(key)
	if err != nil {
		return nil, fmt.Errorf("encoding the key of %q: %w", user, err)
	}
	var file bytes.Buffer
	file.Write(private)
	file.Write(ssh.MarshalAuthorizedKey(issued.ssh))
	file.Write(certificatePEM(issued.tls))
	for _, ca := range s.trust.hostAuthorities() {
		name := s.opts.ClusterName
		fmt.Fprintf(&file, "@cert-authority %s,*.%s %s type=host\n",
			name, name, bytes.TrimSpace(ca.sshLine()))
	}
	file.Write(s.trust.hostPEM())
	return file.Bytes(), nil
}

// newClientKey is a key as clients make them under the cluster's signature suite.
func (s *Server) newClientKey() (crypto.Signer, error) {
	if s.wantsRSA() {
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

// privatePEM is a key at rest (facts/teleport-connection.md §3.2).
func privatePEM(key crypto.Signer) ([]byte, error) {
	if own, is := key.(*rsa.PrivateKey); is {
		return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(own)}), nil
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), err
}
