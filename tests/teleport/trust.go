package teleport

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net"
	"sync"
	"time"
)

// Names that every host certificate of a Teleport cluster carries; clients verify one of them
// (facts/teleport-connection.md §6.0).
const (
	internalName     = "teleport.cluster.local"
	internalWildcard = "*." + internalName
)

// trust holds the cluster's authorities. Host and user CA can be rotated, so they are read under a
// lock.
type trust struct {
	clusterName string
	web         *authority
	webLeaf     tls.Certificate

	mu         sync.RWMutex
	host, user rotating
	hostLeaf   tls.Certificate
}

func newTrust(clusterName string) (*trust, error) {
	user, err := newAuthority(clusterName, clusterName)
	if err != nil {
		return nil, err
	}
	host, err := newAuthority(clusterName, clusterName)
	if err != nil {
		return nil, err
	}
	web, err := newAuthority("Test web root", "Test web root")
	if err != nil {
		return nil, err
	}
	t := &trust{
		clusterName: clusterName, web: web,
		host: rotating{keys: []*authority{host}, phase: phaseStandby},
		user: rotating{keys: []*authority{user}, phase: phaseStandby},
	}
	if t.webLeaf, err = serverLeaf(web, "localhost", []string{"localhost", clusterName}); err != nil {
		return nil, err
	}
	if t.hostLeaf, err = serverLeaf(host, clusterName, []string{internalWildcard, internalName}); err != nil {
		return nil, err
	}
	return t, nil
}

// serverLeaf issues a server certificate for the names and for loopback.
func serverLeaf(ca *authority, commonName string, names []string) (tls.Certificate, error) {
	return leafOf(ca, &x509.Certificate{
		Subject:     pkix.Name{CommonName: commonName, Organization: ca.cert.Subject.Organization},
		DNSNames:    names,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		NotAfter:    time.Now().Add(365 * 24 * time.Hour),
	})
}

// leafOf issues a server certificate with what the template says.
func leafOf(ca *authority, template *x509.Certificate) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("generating a server key: %w", err)
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	der, err := ca.sign(template, key.Public())
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("reading what was signed: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}

// hostCertificate is what auth presents at this moment of a rotation.
func (t *trust) hostCertificate() *tls.Certificate {
	t.mu.RLock()
	defer t.mu.RUnlock()
	leaf := t.hostLeaf
	return &leaf
}

// hostAuthorities are the trusted host CAs, the active one first.
func (t *trust) hostAuthorities() []*authority {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return append([]*authority(nil), t.host.keys...)
}

// userAuthorities are the trusted user CAs, the active one first.
func (t *trust) userAuthorities() []*authority {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return append([]*authority(nil), t.user.keys...)
}

// userAuthority is the user CA that signs at this moment.
func (t *trust) userAuthority() *authority { return t.userAuthorities()[0] }

// hostPEM is what GetClusterCACert answers: every trusted host CA.
func (t *trust) hostPEM() []byte {
	var out bytes.Buffer
	for _, ca := range t.hostAuthorities() {
		out.Write(ca.pem())
	}
	return out.Bytes()
}

// joinAuthorities are the CAs that a join answers: every trusted user and host CA.
func (t *trust) joinAuthorities() []*authority {
	return append(t.userAuthorities(), t.hostAuthorities()...)
}

// userPool verifies client certificates.
func (t *trust) userPool() *x509.CertPool {
	pool := x509.NewCertPool()
	for _, ca := range t.userAuthorities() {
		pool.AddCert(ca.cert)
	}
	return pool
}
