package teleport

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"net"
	"time"
)

// Certificates that the web address must not get away with.

func otherHost(s *Server) tls.Certificate {
	return spoilt(s.trust.web, []string{"elsewhere.example.net"}, nil, time.Now().Add(time.Hour))
}

func expired(s *Server) tls.Certificate {
	return spoilt(s.trust.web, webNames(s), s.trust.webLeaf.Leaf.IPAddresses, time.Now().Add(-time.Second))
}

func otherCA(s *Server) tls.Certificate {
	stranger, err := newAuthority("Stranger", "Stranger")
	if err != nil {
		panic(err)
	}
	return spoilt(stranger, webNames(s), s.trust.webLeaf.Leaf.IPAddresses, time.Now().Add(time.Hour))
}

func spoilt(ca *authority, names []string, addresses []net.IP, end time.Time) tls.Certificate {
	leaf, err := leafOf(ca, &x509.Certificate{
		Subject: pkix.Name{CommonName: names[0]}, DNSNames: names, IPAddresses: addresses, NotAfter: end,
	})
	if err != nil {
		panic(err)
	}
	return leaf
}
