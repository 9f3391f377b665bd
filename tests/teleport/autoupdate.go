package teleport

import (
	"context"

	"google.golang.org/protobuf/types/known/emptypb"

	autoupdatev1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/autoupdate/v1"
	"github.com/gravitational/teleport/api/types"
	"github.com/gravitational/teleport/api/types/autoupdate"
)

// Two singletons: the server knows one name for each and refuses any other.

var autoUpdateConfigs = func() collection[autoupdatev1.AutoUpdateConfig] {
	c := modern[autoupdatev1.AutoUpdateConfig](types.KindAutoUpdateConfig)
	c.check = func(config *autoupdatev1.AutoUpdateConfig) error {
		config.Kind, config.Version = types.KindAutoUpdateConfig, types.V1
		return autoupdate.ValidateAutoUpdateConfig(config)
	}
	return c
}()

var autoUpdateVersions = func() collection[autoupdatev1.AutoUpdateVersion] {
	c := modern[autoupdatev1.AutoUpdateVersion](types.KindAutoUpdateVersion)
	c.check = func(version *autoupdatev1.AutoUpdateVersion) error {
		version.Kind, version.Version = types.KindAutoUpdateVersion, types.V1
		return autoupdate.ValidateAutoUpdateVersion(version)
	}
	return c
}()

// autoUpdateService is teleport.autoupdate.v1.AutoUpdateService, without the agent rollout.
type autoUpdateService struct {
	autoupdatev1.UnimplementedAutoUpdateServiceServer
	*Server
}

// GetAutoUpdateConfig answers the config.
func (a *autoUpdateService) GetAutoUpdateConfig(ctx context.Context, _ *autoupdatev1.GetAutoUpdateConfigRequest) (*autoupdatev1.AutoUpdateConfig, error) {
	return autoUpdateConfigs.get(ctx, a.Server, types.MetaNameAutoUpdateConfig)
}

// CreateAutoUpdateConfig refuses a second one.
func (a *autoUpdateService) CreateAutoUpdateConfig(ctx context.Context, request *autoupdatev1.CreateAutoUpdateConfigRequest) (*autoupdatev1.AutoUpdateConfig, error) {
	return autoUpdateConfigs.create(ctx, a.Server, request.Config)
}

// UpdateAutoUpdateConfig refuses one that is missing or whose revision moved.
func (a *autoUpdateService) UpdateAutoUpdateConfig(ctx context.Context, request *autoupdatev1.UpdateAutoUpdateConfigRequest) (*autoupdatev1.AutoUpdateConfig, error) {
	return autoUpdateConfigs.update(ctx, a.Server, request.Config)
}

// UpsertAutoUpdateConfig creates or replaces it.
func (a *autoUpdateService) UpsertAutoUpdateConfig(ctx context.Context, request *autoupdatev1.UpsertAutoUpdateConfigRequest) (*autoupdatev1.AutoUpdateConfig, error) {
	return autoUpdateConfigs.upsert(ctx, a.Server, request.Config)
}

// DeleteAutoUpdateConfig removes it.
func (a *autoUpdateService) DeleteAutoUpdateConfig(ctx context.Context, _ *autoupdatev1.DeleteAutoUpdateConfigRequest) (*emptypb.Empty, error) {
	return done(autoUpdateConfigs.remove(ctx, a.Server, types.MetaNameAutoUpdateConfig))
}

// GetAutoUpdateVersion answers the version.
func (a *autoUpdateService) GetAutoUpdateVersion(ctx context.Context, _ *autoupdatev1.GetAutoUpdateVersionRequest) (*autoupdatev1.AutoUpdateVersion, error) {
	return autoUpdateVersions.get(ctx, a.Server, types.MetaNameAutoUpdateVersion)
}

// CreateAutoUpdateVersion refuses a second one.
func (a *autoUpdateService) CreateAutoUpdateVersion(ctx context.Context, request *autoupdatev1.CreateAutoUpdateVersionRequest) (*autoupdatev1.AutoUpdateVersion, error) {
	return autoUpdateVersions.create(ctx, a.Server, request.Version)
}

// UpdateAutoUpdateVersion refuses one that is missing or whose revision moved.
func (a *autoUpdateService) UpdateAutoUpdateVersion(ctx context.Context, request *autoupdatev1.UpdateAutoUpdateVersionRequest) (*autoupdatev1.AutoUpdateVersion, error) {
	return autoUpdateVersions.update(ctx, a.Server, request.Version)
}

// UpsertAutoUpdateVersion creates or replaces it.
func (a *autoUpdateService) UpsertAutoUpdateVersion(ctx context.Context, request *autoupdatev1.UpsertAutoUpdateVersionRequest) (*autoupdatev1.AutoUpdateVersion, error) {
	return autoUpdateVersions.upsert(ctx, a.Server, request.Version)
}

// DeleteAutoUpdateVersion removes it.
func (a *autoUpdateService) DeleteAutoUpdateVersion(ctx context.Context, _ *autoupdatev1.DeleteAutoUpdateVersionRequest) (*emptypb.Empty, error) {
	return done(autoUpdateVersions.remove(ctx, a.Server, types.MetaNameAutoUpdateVersion))
}
