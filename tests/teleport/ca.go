package teleport

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	"golang.org/x/crypto/ssh"
)

const (
	// backdating is how long before now certificates become valid, against skewed clocks.
	backdating = time.Minute
	// authorityAge is how old authorities and server certificates are made: those of a real cluster
	// are not from this minute either, which shows when its clock is set back.
	authorityAge = 30 * 24 * time.Hour
)

// authority is one certificate authority: an X.509 root and an SSH key.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
	ssh  ssh.Signer
}

// newAuthority makes a self-signed root. Teleport's user and host CA carry the same CN and O, the
// cluster name, and differ in the serial number of their subject.
func newAuthority(commonName, organization string) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generating a CA key: %w", err)
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject: pkix.Name{
			CommonName:   commonName,
			Organization: []string{organization},
			SerialNumber: serial.String(),
		},
		NotBefore:             time.Now().Add(-authorityAge),
		NotAfter:              time.Now().Add(10 * 365 * 24 * time.Hour),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("signing a CA certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("parsing a new CA certificate: %w", err)
	}
	signer, err := newSSHSigner()
	if err != nil {
		return nil, err
	}
	return &authority{cert: cert, key: key, ssh: signer}, nil
}

// newSSHSigner makes an SSH CA key. It is a key of its own: TLS and SSH CAs are not related.
func newSSHSigner() (ssh.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generating an SSH CA key: %w", err)
	}
	signer, err := ssh.NewSignerFromSigner(key)
	if err != nil {
		return nil, fmt.Errorf("making an SSH signer: %w", err)
	}
	return signer, nil
}

// sign issues a leaf for the template's subject; it fills serial number and, unless there is
// one, start of validity.
func (a *authority) sign(template *x509.Certificate, key crypto.PublicKey) ([]byte, error) {
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	if template.NotBefore.IsZero() {
		template.NotBefore = time.Now().Add(-authorityAge)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key, a.key)
	if err != nil {
		return nil, fmt.Errorf("signing a certificate for %q: %w", template.Subject.CommonName, err)
	}
	return der, nil
}

// pem is the root certificate as text.
func (a *authority) pem() []byte { return certificatePEM(a.cert.Raw) }

// sshLine is the SSH public key as an authorized_keys line.
func (a *authority) sshLine() []byte { return ssh.MarshalAuthorizedKey(a.ssh.PublicKey()) }

func certificatePEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func newSerial() (*big.Int, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("drawing a serial number: %w", err)
	}
	return serial, nil
}
