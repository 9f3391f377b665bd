package teleport

import (
	"context"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"github.com/gravitational/teleport/api/trail"
)

const joinStreamMethod = "/teleport.join.v1.JoinService/Join"

// Every gRPC call passes here: it is counted, its version is checked, faults are applied, and the
// error of its handler is turned into a gRPC status.

func (s *Server) interceptUnary(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if err := grpc.SetHeader(ctx, s.versionHeader()); err != nil {
		return nil, err
	}
	s.checkCaller(ctx, info.FullMethod, request)
	var answer any
	err := s.intercept(ctx, info.FullMethod, resourceName(request), func() (err error) {
		answer, err = handler(ctx, request)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer, nil
}

func (s *Server) interceptStream(server any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	if err := stream.SetHeader(s.versionHeader()); err != nil {
		return err
	}
	if server == nil { // serveUnknown reads the request first and intercepts then
		return handler(server, stream)
	}
	s.checkCaller(stream.Context(), info.FullMethod, nil)
	return s.intercept(stream.Context(), info.FullMethod, "", func() error {
		return handler(server, stream)
	})
}

func (s *Server) intercept(ctx context.Context, method, resource string, run func() error) error {
	s.calls.add(method, resource)
	if err := s.checkVersion(ctx, method); err != nil {
		return err
	}
	if err := s.refusal(); err != nil {
		return err
	}
	if !s.serves(method) {
		return status.Errorf(codes.Unimplemented, "unknown method %s", method)
	}
	fault := s.faults.take(method, resource)
	if err := fault.wait(ctx); err != nil {
		return err
	}
	// Nothing is done for who is gone or waits no longer.
	if err := ctx.Err(); err != nil {
		return status.FromContextError(err).Err()
	}
	failure := fault.failure()
	if failure == nil {
		return trail.ToGRPC(run())
	}
	if fault.AfterEffect {
		_ = run()
	}
	if fault.drops() {
		s.cutCaller(ctx)
	}
	return failure
}

// cutCaller closes the connection that the call came on.
func (s *Server) cutCaller(ctx context.Context) {
	if p, ok := peer.FromContext(ctx); ok {
		s.auth.cut(p.Addr.String())
		s.proxy.cut(p.Addr.String())
	}
}

func (s *Server) versionHeader() metadata.MD {
	return metadata.Pairs("version", s.opts.ServerVersion)
}

// checkVersion refuses clients more than one major behind. A call without a version is let
// through, as in a real cluster, but noted: the operator always sends it.
func (s *Server) checkVersion(ctx context.Context, method string) error {
	sent := metadata.ValueFromIncomingContext(ctx, "version")
	if len(sent) == 0 {
		s.irregular("%s came without the version metadata", method)
		return nil
	}
	if len(sent) > 1 {
		s.irregular("%s came with the version metadata %q", method, sent)
	}
	if len(sent) == 1 && versionAdmitted(sent[0], s.minClient()) {
		return nil
	}
	text := "client version is unsupported"
	if strings.HasPrefix(method, "/teleport.join.v1.") || strings.HasPrefix(method, "/proto.JoinService/") {
		text += ", minimum supported version is " + s.minClient()
	}
	return status.Error(codes.PermissionDenied, text)
}
