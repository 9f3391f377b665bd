package teleport

import (
	"context"

	"github.com/gravitational/trace"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	machineidv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/machineid/v1"
)

// botService is teleport.machineid.v1.BotService.
type botService struct {
	machineidv1.UnimplementedBotServiceServer
	*Server
}

// GetBot answers one bot.
func (b *botService) GetBot(ctx context.Context, request *machineidv1.GetBotRequest) (*machineidv1.Bot, error) {
	return bots.get(ctx, b.Server, request.BotName)
}

// ListBots answers one page, sorted by name.
func (b *botService) ListBots(ctx context.Context, request *machineidv1.ListBotsRequest) (*machineidv1.ListBotsResponse, error) {
	page, next, err := bots.page(ctx, b.Server, int(request.PageSize), request.PageToken)
	return &machineidv1.ListBotsResponse{Bots: page, NextPageToken: next}, err
}

// CreateBot refuses a bot that exists.
func (b *botService) CreateBot(ctx context.Context, request *machineidv1.CreateBotRequest) (*machineidv1.Bot, error) {
	return bots.create(ctx, b.Server, request.Bot)
}

// UpsertBot creates or replaces a bot.
func (b *botService) UpsertBot(ctx context.Context, request *machineidv1.UpsertBotRequest) (*machineidv1.Bot, error) {
	return bots.upsert(ctx, b.Server, request.Bot)
}

// UpdateBot changes what the mask names: spec.roles and spec.traits.
func (b *botService) UpdateBot(ctx context.Context, request *machineidv1.UpdateBotRequest) (*machineidv1.Bot, error) {
	stored, err := bots.get(ctx, b.Server, request.GetBot().GetMetadata().GetName())
	if err != nil {
		return nil, err
	}
	next := proto.Clone(stored).(*machineidv1.Bot)
	for _, path := range request.GetUpdateMask().GetPaths() {
		switch path {
		case "spec.roles":
			next.Spec.Roles = request.Bot.GetSpec().GetRoles()
		case "spec.traits":
			next.Spec.Traits = request.Bot.GetSpec().GetTraits()
		default:
			return nil, trace.BadParameter("update_mask: unsupported path %q", path)
		}
	}
	return bots.update(ctx, b.Server, next)
}

// DeleteBot removes a bot with its user and its role.
func (b *botService) DeleteBot(ctx context.Context, request *machineidv1.DeleteBotRequest) (*emptypb.Empty, error) {
	return done(bots.remove(ctx, b.Server, request.BotName))
}
