package teleport

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"strconv"

	"github.com/gravitational/trace"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"
)

// Private subject attributes of Teleport's certificates (facts/teleport-connection.md §3.3).
var (
	oidCluster         = asn1.ObjectIdentifier{1, 3, 9999, 1, 7}
	oidRenewable       = asn1.ObjectIdentifier{1, 3, 9999, 1, 13}
	oidGeneration      = asn1.ObjectIdentifier{1, 3, 9999, 1, 14}
	oidImpersonator    = asn1.ObjectIdentifier{1, 3, 9999, 2, 7}
	oidDisallowReissue = asn1.ObjectIdentifier{1, 3, 9999, 2, 9}
	oidBotName         = asn1.ObjectIdentifier{1, 3, 9999, 2, 18}
	oidBotInstance     = asn1.ObjectIdentifier{1, 3, 9999, 2, 20}
)

// identity is what a client certificate says, and all that authorization looks at.
type identity struct {
	user            string
	roles           []string
	renewable       bool
	disallowReissue bool
	generation      uint64
	impersonator    string
	botName         string
	botInstance     string
}

// subject writes the identity into a certificate's subject.
func (i identity) subject(cluster string) pkix.Name {
	extra := []pkix.AttributeTypeAndValue{{Type: oidCluster, Value: cluster}}
	add := func(id asn1.ObjectIdentifier, value string, when bool) {
		if when {
			extra = append(extra, pkix.AttributeTypeAndValue{Type: id, Value: value})
		}
	}
	add(oidRenewable, "true", i.renewable)
	add(oidGeneration, strconv.FormatUint(i.generation, 10), i.generation > 0)
	add(oidImpersonator, i.impersonator, i.impersonator != "")
	add(oidDisallowReissue, "true", i.disallowReissue)
	add(oidBotName, i.botName, i.botName != "")
	add(oidBotInstance, i.botInstance, i.botInstance != "")
	return pkix.Name{
		CommonName:   i.user,
		Organization: i.roles,
		Locality:     []string{joinPrincipal},
		ExtraNames:   extra,
	}
}

// identityOf reads the identity back from a verified certificate.
func identityOf(cert *x509.Certificate) *identity {
	id := &identity{user: cert.Subject.CommonName, roles: cert.Subject.Organization}
	for _, attribute := range cert.Subject.Names {
		value, ok := attribute.Value.(string)
		if !ok {
			continue
		}
		switch {
		case attribute.Type.Equal(oidRenewable):
			id.renewable = value == "true"
		case attribute.Type.Equal(oidGeneration):
			id.generation, _ = strconv.ParseUint(value, 10, 64)
		case attribute.Type.Equal(oidImpersonator):
			id.impersonator = value
		case attribute.Type.Equal(oidDisallowReissue):
			id.disallowReissue = value == "true"
		case attribute.Type.Equal(oidBotName):
			id.botName = value
		case attribute.Type.Equal(oidBotInstance):
			id.botInstance = value
		}
	}
	return id
}

// callerOf is the identity of the TLS client, nil when it presented no certificate.
func callerOf(ctx context.Context) *identity {
	p, ok := peer.FromContext(ctx)
	if !ok {
		return nil
	}
	info, ok := p.AuthInfo.(credentials.TLSInfo)
	if !ok || len(info.State.VerifiedChains) == 0 {
		return nil
	}
	return identityOf(info.State.PeerCertificates[0])
}

// authenticate is the gate before every call that needs an identity: its user exists, is not
// locked, and all its roles exist. The refusal is deliberately uniform, as a real cluster's is.
func (s *Server) authenticate(ctx context.Context) (*identity, error) {
	id := callerOf(ctx)
	if id == nil || !s.store.has("user", id.user) {
		return nil, trace.AccessDenied("access denied")
	}
	if s.lockOn(id.user, id.roles) != "" {
		return nil, trace.AccessDenied("access denied")
	}
	for _, role := range id.roles {
		if !s.store.has("role", role) {
			return nil, trace.AccessDenied("access denied")
		}
	}
	return id, nil
}
