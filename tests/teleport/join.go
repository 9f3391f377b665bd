package teleport

import (
	"time"

	"github.com/gravitational/trace"

	"github.com/gravitational/teleport/api/types"
)

// joinRequest is what both ways to join have in common once their encodings are undone.
type joinRequest struct {
	// rejoin is the bot instance of a caller that presented its still valid bot certificate.
	rejoin  string
	keys    clientKeys
	idToken string
	expires *time.Time
}

// provisionToken finds a usable token. An expired one is as good as none.
func (s *Server) provisionToken(name string) (*types.ProvisionTokenV2, error) {
	token, ok := s.store.get(types.KindToken, name).(*types.ProvisionTokenV2)
	if !ok || (!token.Expiry().IsZero() && token.Expiry().Before(s.now())) {
		return nil, trace.AccessDenied("token expired or not found")
	}
	return token, nil
}

// admitJoin runs before anything is looked up.
func (s *Server) admitJoin() error {
	if text := s.switches.get().RefuseJoins; text != "" {
		return trace.AccessDenied("%s", text)
	}
	return nil
}

// join validates the method's proof and issues the bot identity. A token of the method "token" is
// used up by it; its certificate is renewable, a Kubernetes one is not.
func (s *Server) join(token *types.ProvisionTokenV2, request joinRequest) (*certificates, error) {
	if token.GetJoinMethod() == types.JoinMethodKubernetes {
		if err := s.reviewKubernetesToken(token, request.idToken); err != nil {
			return nil, err
		}
	}
	user := botUserName(token.Spec.BotName)
	if !s.store.has(types.KindUser, user) {
		return nil, trace.AccessDenied("access denied")
	}
	single := token.GetJoinMethod() == types.JoinMethodToken
	next := identity{user: user, roles: []string{user}, renewable: single, botName: token.Spec.BotName}
	if text := s.lockOn(next.user, next.roles); text != "" {
		return nil, trace.AccessDenied("%s", text)
	}
	if err := s.joined(&next, request.rejoin); err != nil {
		return nil, err
	}
	if single {
		by := writer{user: user, method: "join"}
		if err := s.store.remove(types.KindToken, token.GetName(), by, nil); err != nil {
			return nil, trace.AccessDenied("token expired or not found")
		}
	}
	return s.issue(next, request.keys, request.expires)
}

// rejoinInstance is the bot instance of a caller that came with its bot certificate. A bot's
// certificate is welcome at a join, an output certificate is a client's mistake.
func (s *Server) rejoinInstance(caller *identity) string {
	if caller == nil {
		return ""
	}
	if caller.disallowReissue {
		s.irregular("%q joined with an output certificate", caller.user)
		return ""
	}
	return caller.botInstance
}
