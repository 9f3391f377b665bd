package teleport

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gravitational/trace"

	"github.com/gravitational/teleport/api/types"
)

// newAdminServer is the admin API: plain HTTP and JSON on its own port, for other languages.
// README.md has the table. Faults and switches do not touch it.
func (s *Server) newAdminServer() *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /resources/{kind}", s.adminList)
	mux.HandleFunc("GET /resources/{kind}/{name}", s.adminGet)
	mux.HandleFunc("PUT /resources/{kind}/{name}", withBody(s.adminPut))
	mux.HandleFunc("DELETE /resources/{kind}/{name}", func(w http.ResponseWriter, r *http.Request) {
		answer(w, s.Delete(r.PathValue("kind"), r.PathValue("name")))
	})
	mux.HandleFunc("POST /apply", withBody(func(_ *http.Request, body []byte) error { return s.Apply(body) }))

	mux.HandleFunc("GET /cluster", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.Describe()) })
	mux.HandleFunc("GET /calls", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.Calls()) })
	mux.HandleFunc("GET /calls/{name}", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, s.CallsAbout(r.PathValue("name")))
	})
	mux.HandleFunc("GET /audit", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.Audit()) })
	mux.HandleFunc("GET /irregularities", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, s.Irregularities())
	})
	mux.HandleFunc("POST /reset", func(w http.ResponseWriter, _ *http.Request) {
		s.ResetCounters()
		answer(w, nil)
	})

	mux.HandleFunc("GET /faults", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.Faults()) })
	mux.HandleFunc("POST /faults", withBody(s.adminFaults))
	mux.HandleFunc("DELETE /faults", func(w http.ResponseWriter, _ *http.Request) {
		s.ClearFaults()
		answer(w, nil)
	})
	mux.HandleFunc("GET /switches", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.Switches()) })
	mux.HandleFunc("PATCH /switches", withBody(func(_ *http.Request, body []byte) error {
		return s.patchSwitches(body)
	}))
	mux.HandleFunc("GET /features", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, s.Entitlements())
	})
	mux.HandleFunc("PUT /features", withBody(func(_ *http.Request, body []byte) error {
		return s.putFeatures(body)
	}))
	mux.HandleFunc("POST /do/{action}", s.adminDo)
	return &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, ErrorLog: s.quietLog()}
}

func (s *Server) adminList(w http.ResponseWriter, r *http.Request) {
	out := []json.RawMessage{}
	kind, err := s.store.kinds.find(r.PathValue("kind"))
	if err != nil {
		answer(w, err)
		return
	}
	for _, resource := range s.List(kind.name) {
		body, err := kind.encode(resource)
		if err != nil {
			answer(w, err)
			return
		}
		out = append(out, body)
	}
	writeJSON(w, out)
}

func (s *Server) adminGet(w http.ResponseWriter, r *http.Request) {
	body, err := s.GetJSON(r.PathValue("kind"), r.PathValue("name"))
	if err != nil {
		answer(w, err)
		return
	}
	writeJSON(w, json.RawMessage(body))
}

// adminPut stores the body under the name in the path, whatever the body says.
func (s *Server) adminPut(r *http.Request, body []byte) error {
	var document map[string]any
	if err := json.Unmarshal(body, &document); err != nil {
		return trace.BadParameter("decoding the body: %v", err)
	}
	metadata, _ := document["metadata"].(map[string]any)
	if metadata == nil {
		metadata = map[string]any{}
	}
	metadata["name"] = r.PathValue("name")
	document["metadata"] = metadata
	named, err := json.Marshal(document)
	if err != nil {
		return trace.Wrap(err)
	}
	return s.PutJSON(r.PathValue("kind"), named)
}

func (s *Server) adminFaults(_ *http.Request, body []byte) error {
	var faults []Fault
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&faults); err != nil {
		return trace.BadParameter("decoding faults: %v", err)
	}
	return s.SetFaults(faults...)
}

// adminDo carries out what happens once; arguments are in the query.
func (s *Server) adminDo(w http.ResponseWriter, r *http.Request) {
	var err error
	switch query := r.URL.Query(); r.PathValue("action") {
	case "drop-connections":
		s.DropConnections()
	case "drop-watches":
		s.DropWatches()
	case "use-elsewhere":
		s.UseElsewhere()
	case "rotate-host-ca":
		err = s.RotateHostCA(query.Get("phase"))
	case "rotate-ca":
		err = s.RotateCA(types.CertAuthType(query.Get("type")), query.Get("phase"))
	case "lock":
		err = s.Lock(query.Get("user"), query.Get("message"))
	case "unlock":
		err = s.Unlock(query.Get("user"))
	default:
		err = trace.NotFound("no action %q", r.PathValue("action"))
	}
	answer(w, err)
}

// withBody reads the request's body and answers what the handler's error says.
func withBody(handler func(*http.Request, []byte) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = handler(r, body)
		}
		answer(w, err)
	}
}

// answer is 200 with an empty object, or the error; an error without a class is the caller's.
func answer(w http.ResponseWriter, err error) {
	if err == nil {
		writeJSON(w, struct{}{})
		return
	}
	var classed trace.Error
	if !errors.As(err, &classed) {
		err = trace.BadParameter("%v", err)
	}
	writeError(w, err)
}

// Describe is where everything is; cmd/testteleport prints it.
func (s *Server) Describe() map[string]string {
	out := map[string]string{
		"cluster_name":   s.ClusterName(),
		"server_version": s.opts.ServerVersion,
		"auth_addr":      s.AuthAddr(),
		"proxy_addr":     s.ProxyAddr(),
		"admin_url":      s.AdminURL(),
	}
	for role, path := range s.Files() {
		out[role] = path
	}
	return out
}
