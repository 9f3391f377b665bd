package soak

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	apitypes "k8s.io/apimachinery/pkg/types"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
)

const (
	// pause of each of the people between an edit that arrived and the next one.
	pause = 400 * time.Millisecond
	// editPatience is how long an edit may take to arrive, on a machine that is busy.
	editPatience = 60 * time.Second
)

// kind of CR that somebody edits. NUMBER in the spec is the edit's.
type kind struct{ cr, teleport, spec string }

// kinds differ in how their calls answer: with the resource or with nothing.
var kinds = []kind{
	{"TeleportRoleV7", types.KindRole, "allow: {logins: [login-NUMBER]}"},
	{"TeleportUser", types.KindUser, "traits: {logins: [login-NUMBER]}"},
	{"TeleportProvisionToken", types.KindToken, `{roles: [Node], join_method: iam, allow: [
  {aws_account: '111111111111', aws_arn: 'arn:aws:sts::111111111111:assumed-role/login-NUMBER/*'}]}`},
	{"TeleportLoginRule", types.KindLoginRule, `{priority: 1, traits_map: {logins: ['"login-NUMBER"']}}`},
	{"TeleportAppV3", types.KindApp, "uri: 'http://login-NUMBER:80'"},
	{"TeleportBotV1", types.KindBot, "{roles: [operator], traits: [{name: logins, values: [login-NUMBER]}]}"},
}

func crKinds() []string {
	var all []string
	for _, one := range kinds {
		all = append(all, one.cr)
	}
	return all
}

// people edit CRs, one each, and look whether their edits arrive; one makes a CR and deletes it again.
type people struct {
	h     *harness.Test
	seen  *harness.Witness
	edits atomic.Int64
	ended chan struct{}
	once  sync.Once
	all   sync.WaitGroup
}

func startPeople(h *harness.Test, seen *harness.Witness) *people {
	p := &people{h: h, seen: seen, ended: make(chan struct{})}
	for _, one := range kinds {
		p.all.Go(func() { p.report(p.editor(one)) })
	}
	p.all.Go(func() { p.report(p.waverer(kinds[0])) })
	h.Cleanup(func() { p.stop() })
	return p
}

// stop waits for the edits that are under way, and answers how many there were.
func (p *people) stop() int64 {
	p.once.Do(func() { close(p.ended) })
	p.all.Wait()
	return p.edits.Load()
}

func (p *people) report(err error) {
	if err != nil {
		p.h.Errorf("editing: %v", err)
	}
}

// rest answers false when there is nothing more to do.
func (p *people) rest() bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-p.ended:
		return false
	case <-timer.C:
		p.edits.Add(1)
		return true
	}
}

func (p *people) editor(of kind) error {
	cr, err := p.create(of, "edited")
	for number := 1; err == nil && p.rest(); number++ {
		var patch []byte
		patch, err = json.Marshal([]map[string]any{{"op": "add", "path": "/spec", "value": of.specOf(number)}})
		if err != nil {
			return err
		}
		cr, err = p.client(of).Patch(p.h.Context, "edited", apitypes.JSONPatchType, patch, metav1.PatchOptions{})
		if err == nil {
			err = p.arrived(of, cr, number)
		}
	}
	return err
}

// waverer makes a CR and thinks better of it.
func (p *people) waverer(of kind) error {
	for p.rest() {
		cr, err := p.create(of, "short-lived")
		if err == nil {
			err = p.client(of).Delete(p.h.Context, "short-lived", metav1.DeleteOptions{})
		}
		if err == nil {
			err = p.seen.WaitGone(p.h.Context, cr, editPatience)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *people) create(of kind, name string) (*unstructured.Unstructured, error) {
	cr := harness.CR(of.cr, name, "")
	cr.SetNamespace(p.h.Namespace)
	cr.Object["spec"] = of.specOf(0)
	cr, err := p.client(of).Create(p.h.Context, cr, metav1.CreateOptions{})
	if err == nil {
		err = p.arrived(of, cr, 0)
	}
	return cr, err
}

// arrived waits until the CR says that it is in Teleport, and looks whether it is.
func (p *people) arrived(of kind, cr *unstructured.Unstructured, number int) error {
	if err := p.seen.WaitReady(p.h.Context, cr, editPatience); err != nil {
		return err
	}
	stored, err := p.h.Teleport.GetJSON(of.teleport, cr.GetName())
	if mark := fmt.Sprintf("login-%d", number); err == nil && !strings.Contains(string(stored), mark) {
		err = fmt.Errorf("%s %s is Ready, and Teleport lacks %s: %s", of.cr, cr.GetName(), mark, stored)
	}
	return err
}

func (p *people) client(of kind) resourceClient { return clientOf(p.h, of.cr) }

func clientOf(h *harness.Test, crKind string) resourceClient {
	version := harness.CR(crKind, "", "").GroupVersionKind().Version
	return h.Dynamic.Resource(schema.GroupVersionResource{
		Group: harness.Group, Version: version, Resource: harness.Plural(crKind),
	}).Namespace(h.Namespace)
}

// resourceClient is as much of client-go's as people use.
type resourceClient interface {
	Create(context.Context, *unstructured.Unstructured, metav1.CreateOptions, ...string) (*unstructured.Unstructured, error)
	Patch(context.Context, string, apitypes.PatchType, []byte, metav1.PatchOptions, ...string) (*unstructured.Unstructured, error)
	Delete(context.Context, string, metav1.DeleteOptions, ...string) error
}

func (k kind) specOf(number int) any {
	text := strings.ReplaceAll(k.spec, "NUMBER", fmt.Sprint(number))
	return harness.CR(k.cr, "", text).Object["spec"]
}
