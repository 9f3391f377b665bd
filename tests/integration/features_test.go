package integration

import (
	"testing"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// gates are the kinds that need a feature, each with what switches it on alone (facts §3.2).
var gates = map[string]string{
	"TeleportOIDCConnector":    "OIDC",
	"TeleportSAMLConnector":    "SAML",
	"TeleportLoginRule":        "SAML",
	"TeleportOktaImportRule":   "AdvancedAccessWorkflows",
	"TeleportAccessList":       "AdvancedAccessWorkflows",
	"TeleportInferenceModel":   "Policy",
	"TeleportInferencePolicy":  "SessionSummaries",
	"TeleportInferenceSecret":  "SessionSummaries",
	"TeleportRetrievalModelV1": "SessionSummaries",
}

// A cluster without a kind's feature: the CR says so, and nothing is sent. With the licence the CR
// is reconciled, without a restart or an edit.
func TestFeatureGateFollowsTheLicence(t *testing.T) {
	t.Parallel()
	h := harness.NewTestWith(t, harness.Settings{Teleport: teleport.Options{Features: teleport.FeaturesOf()}})
	h.StartOperator()
	missing := harness.Condition{Type: "Ready", Status: "False", Reason: "FeatureNotAvailable"}
	for kind := range gates {
		h.WaitCondition(h.Create(caseOf(t, kind).custom(first)), missing)
	}
	h.WaitReady(h.Create(caseOf(t, "TeleportAppV3").custom(first))) // kinds without a gate go on
	for kind := range gates {
		c := caseOf(t, kind)
		h.MustNotBeInTeleport(c.kind, c.named())
	}

	// All but SAML, and Policy without session summaries.
	h.Teleport.SetFeatures(teleport.FeaturesOf("OIDC", "AdvancedAccessWorkflows", "Policy", "-SessionSummaries"))
	on := map[string]bool{
		"TeleportOIDCConnector": true, "TeleportLoginRule": true,
		"TeleportOktaImportRule": true, "TeleportAccessList": true,
	}
	for kind := range gates {
		c := caseOf(t, kind)
		if on[kind] {
			h.WaitReadyLater(c.custom(first))
			c.mustShow(h, first)
		}
	}
	for kind := range gates {
		if !on[kind] {
			h.WaitCondition(caseOf(t, kind).custom(first), missing)
		}
	}

	h.Teleport.SetFeatures(teleport.FeaturesOf("OIDC", "SAML", "AdvancedAccessWorkflows", "Policy"))
	for kind := range gates {
		h.WaitReadyLater(caseOf(t, kind).custom(first))
	}

	// The licence ends: what is there stays, and goes with its CR.
	h.Teleport.SetFeatures(teleport.FeaturesOf())
	for kind := range gates {
		c := caseOf(t, kind)
		cr := h.WaitCondition(c.custom(first), missing)
		c.mustShow(h, first)
		h.Delete(cr)
		h.WaitGone(cr)
		h.MustNotBeInTeleport(c.kind, c.named())
	}
}
