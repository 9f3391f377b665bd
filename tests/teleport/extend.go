package teleport

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// Methods and kinds that are newer than the API module have no generated code. They are served by
// the handler for unknown methods, from a table: the call passes the same interceptors, counters
// and faults as every other.

// laterMethod is one unary call.
type laterMethod struct {
	// request makes an empty request message.
	request func() proto.Message
	// about is the name of the resource that a request is about. nil: resourceName finds it.
	about func(proto.Message) string
	serve func(context.Context, proto.Message) (proto.Message, error)
}

// extensions run at the start, before the initial resources are stored.
var extensions = []func(*Server) error{addLaterLists, addDynamicKinds}

// addKind makes a kind known to store, events and admin API.
func (s *Server) addKind(kind *storedKind) { s.store.kinds[kind.name] = kind }

// addMethod serves a call by its full name ("/package.Service/Method").
func (s *Server) addMethod(path string, method laterMethod) { s.later[path] = method }

func (s *Server) extend() error {
	for _, kind := range builtinKinds() {
		s.addKind(kind)
	}
	for _, extension := range extensions {
		if err := extension(s); err != nil {
			return err
		}
	}
	return nil
}

// serveUnknown handles every method without generated code.
func (s *Server) serveUnknown(_ any, stream grpc.ServerStream) error {
	path, _ := grpc.MethodFromServerStream(stream)
	method, known := s.later[path]
	if !known {
		return s.intercept(stream.Context(), path, "", func() error {
			return status.Errorf(codes.Unimplemented, "unknown method %s", path)
		})
	}
	request := method.request()
	if err := stream.RecvMsg(request); err != nil {
		return err
	}
	about := resourceName(request)
	if method.about != nil {
		about = method.about(request)
	}
	var answer proto.Message
	err := s.intercept(stream.Context(), path, about, func() (err error) {
		answer, err = method.serve(stream.Context(), request)
		return err
	})
	if err != nil {
		return err
	}
	return stream.SendMsg(answer)
}
