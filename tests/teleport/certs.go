package teleport

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/gravitational/trace"
	"golang.org/x/crypto/ssh"

	"github.com/gravitational/teleport/api/client/proto"
	"github.com/gravitational/teleport/api/types"
)

const (
	// joinPrincipal is in every user certificate.
	joinPrincipal = "-teleport-internal-join"
	// defaultCertTTL applies when a request names no expiry.
	defaultCertTTL = time.Hour
	// maxCertTTL is the server's limit for bots (18 and later 17).
	maxCertTTL = 7 * 24 * time.Hour
)

// certificates is a freshly issued pair; joins and GenerateUserCerts encode it differently.
type certificates struct {
	tls []byte
	ssh *ssh.Certificate
}

// issue certifies the keys for the identity. The lifetime is what was asked for, cut down to the
// server's limit, the roles' own maximum and the switch CertificateTTL.
func (s *Server) issue(id identity, keys clientKeys, expires *time.Time) (*certificates, error) {
	if text := s.lockOn(id.user, id.roles); text != "" {
		return nil, trace.AccessDenied("%s", text)
	}
	if s.keys.again(keys.tls) {
		s.irregular("a public key was sent for certification a second time by %q", id.user)
	}
	s.checkKeys(keys)
	notAfter, err := s.certificateEnd(id, expires)
	if err != nil {
		return nil, err
	}
	der, err := s.trust.userAuthority().sign(&x509.Certificate{
		Subject:     id.subject(s.opts.ClusterName),
		NotBefore:   s.now().Add(-backdating),
		NotAfter:    notAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, keys.tls)
	if err != nil {
		return nil, err
	}
	sshCert, err := s.sshCertificate(id, keys.ssh, notAfter)
	if err != nil {
		return nil, err
	}
	return &certificates{tls: der, ssh: sshCert}, nil
}

func (s *Server) certificateEnd(id identity, expires *time.Time) (time.Time, error) {
	now := s.now()
	ttl := defaultCertTTL
	if expires != nil {
		if !expires.After(now) {
			return time.Time{}, trace.BadParameter("requested expiry %v is in the past", *expires)
		}
		ttl = min(expires.Sub(now), maxCertTTL)
	}
	for _, name := range id.roles {
		if role, ok := s.store.get(types.KindRole, name).(types.Role); ok {
			if limit := role.GetOptions().MaxSessionTTL.Duration(); limit > 0 {
				ttl = min(ttl, limit)
			}
		}
	}
	if limit := s.switches.certificateTTL(); limit > 0 {
		ttl = min(ttl, limit)
	}
	return now.Add(ttl), nil
}

func (s *Server) sshCertificate(id identity, key ssh.PublicKey, end time.Time) (*ssh.Certificate, error) {
	var serial [8]byte
	if _, err := rand.Read(serial[:]); err != nil {
		return nil, fmt.Errorf("drawing a serial number: %w", err)
	}
	cert := &ssh.Certificate{
		Key:             key,
		Serial:          binary.BigEndian.Uint64(serial[:]),
		CertType:        ssh.UserCert,
		KeyId:           id.user,
		ValidPrincipals: []string{joinPrincipal},
		ValidAfter:      uint64(s.now().Add(-backdating).Unix()),
		ValidBefore:     uint64(end.Unix()),
	}
	if err := cert.SignCert(rand.Reader, s.trust.userAuthority().ssh); err != nil {
		return nil, fmt.Errorf("signing an SSH certificate for %q: %w", id.user, err)
	}
	return cert, nil
}

// textCerts is the answer of the older joins and of GenerateUserCerts: PEM and authorized_keys.
func textCerts(issued *certificates, authorities []*authority) *proto.Certs {
	out := &proto.Certs{
		TLS: certificatePEM(issued.tls),
		SSH: ssh.MarshalAuthorizedKey(issued.ssh),
	}
	for _, ca := range authorities {
		out.TLSCACerts = append(out.TLSCACerts, ca.pem())
		out.SSHCACerts = append(out.SSHCACerts, ca.sshLine())
	}
	return out
}
