package cluster

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// etcdData is etcd's folder in the cluster's.
const etcdData = "etcd"

// SaveData stops both servers, copies etcd's data aside and starts them again on the same addresses.
// RestoreData takes the path that it answers.
func (c *Cluster) SaveData(ctx context.Context) (saved string, err error) {
	saved = filepath.Join(c.info.Dir, "saved-"+time.Now().Format("150405.000000000"))
	return saved, c.whileDown(ctx, func(data string) error {
		return os.CopyFS(saved, os.DirFS(data))
	})
}

// RestoreData puts back what SaveData copied, as an administrator restores a backup: all that was
// written since is lost, and resourceVersions go back. Everything that was deleted since is there.
func (c *Cluster) RestoreData(ctx context.Context, saved string) error {
	return c.whileDown(ctx, func(data string) error {
		if err := os.RemoveAll(data); err != nil {
			return err
		}
		return os.CopyFS(data, os.DirFS(saved))
	})
}

// whileDown does something to etcd's data while neither server runs.
func (c *Cluster) whileDown(ctx context.Context, do func(data string) error) error {
	if c.api == nil {
		return errors.New("this cluster is run by another process")
	}
	// In order, so that etcd's data is whole.
	if err := errors.Join(c.api.kill(), c.etcd.stop(10*time.Second)); err != nil {
		return err
	}
	if err := do(filepath.Join(c.info.Dir, etcdData)); err != nil {
		return err
	}
	var err error
	if c.etcd, err = c.startEtcd(ctx); err != nil {
		return err
	}
	if c.api, err = c.startAPI(ctx); err != nil {
		return err
	}
	c.info.Pids["etcd"], c.info.Pids["kube-apiserver"] = c.etcd.pid(), c.api.pid()
	return nil
}
