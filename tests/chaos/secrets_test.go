package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/teleport-operator-caf/tests/harness"
)

const (
	// secretCount has no divisor in common with the number of fates: each Secret is used by CRs of
	// many.
	secretCount    = 3
	secretVersions = 6

	allowLookup = "resources.teleport.dev/allow-lookup-from-cr"
	canary      = "chaos-canary"
)

func secretName(number int) string { return fmt.Sprintf("chaos-idp-%d", number) }

func secretValue(number, version int) string {
	return fmt.Sprintf("%s-%d-%d", canary, number, version)
}

// secret is the number of the one that a job's CR refers to, if its kind does.
func (j job) secret() int { return j.number / len(workKinds) % secretCount }

// lastValue is what the resource of such a CR has at the end.
func (j job) lastValue() string { return secretValue(j.secret(), secretVersions-1) }

// rotate makes a Secret when a CR that uses it is there already, and changes it again and again,
// each time when some CR that uses it has come somewhere.
func (w *worker) rotate(ctx context.Context, secret int, random *rand.Rand) error {
	users := lastingUsers(secret)
	for version := range secretVersions {
		reached := progress(created)
		if version > 0 {
			reached = someProgress(edit, random)
		}
		if err := w.mirror.wait(ctx, users[random.IntN(len(users))].id(), reached); err != nil {
			return fmt.Errorf("version %d of %s: %w", version, secretName(secret), err)
		}
		if err := w.turn(func() error { return w.putSecret(ctx, secret, version) }); err != nil {
			return fmt.Errorf("version %d of %s: %w", version, secretName(secret), err)
		}
	}
	return nil
}

// lastingUsers are jobs whose CR refers to the Secret and is never deleted.
func lastingUsers(secret int) []job {
	var all []job
	for _, one := range jobs() {
		if workKinds[one.kind].Secrets && one.secret() == secret && one.lasts() {
			all = append(all, one)
		}
	}
	return all
}

func (w *worker) putSecret(ctx context.Context, number, version int) error {
	wanted := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Name:        secretName(number),
			Annotations: map[string]string{allowLookup: "*"},
		},
		StringData: map[string]string{"value": secretValue(number, version)},
	}
	client := w.h.Kube.CoreV1().Secrets(w.h.Namespace)
	var err error
	if version == 0 {
		_, err = client.Create(ctx, wanted, metav1.CreateOptions{})
	} else {
		_, err = client.Update(ctx, wanted, metav1.UpdateOptions{})
	}
	return err
}

// mustHaveKeptSecrets looks for values in what the operator says, whoever died meanwhile.
func mustHaveKeptSecrets(h *harness.Test, op *harness.Operator) {
	h.Helper()
	if strings.Contains(op.Output.Text(), canary) {
		h.Errorf("the operator's log holds the value of a Secret")
	}
	for name, text := range snapshot(h) {
		if strings.HasPrefix(name, "CR ") && strings.Contains(text, canary) {
			h.Errorf("%s holds the value of a Secret", name)
		}
	}
	events, err := h.Kube.CoreV1().Events(h.Namespace).List(h.Context, metav1.ListOptions{})
	if err != nil {
		h.Fatal(err)
	}
	for _, event := range events.Items {
		if strings.Contains(event.Message, canary) {
			h.Errorf("an Event about %s holds the value of a Secret", event.InvolvedObject.Name)
		}
	}
}
