// Package joinpb holds the messages of the join service, generated from join.proto.
package joinpb

//go:generate protoc --go_out=. --go_opt=paths=source_relative --go-grpc_out=. --go-grpc_opt=paths=source_relative join.proto
