package cluster

import (
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// restConfig is the administrator's client configuration, without client-side throttling.
func restConfig(url string, admin *credentials) *rest.Config {
	return &rest.Config{
		Host:  url,
		QPS:   -1,
		Burst: -1,
		TLSClientConfig: rest.TLSClientConfig{
			CAData: admin.ca, CertData: admin.certificate, KeyData: admin.key,
		},
	}
}

func writeAdminKubeconfig(path, url string, admin *credentials) error {
	user := &api.AuthInfo{ClientCertificateData: admin.certificate, ClientKeyData: admin.key}
	return writeKubeconfig(path, url, "default", admin.ca, user)
}

// WriteTokenKubeconfig writes a kubeconfig at path whose bearer token is read from tokenFile, as a
// Pod's service account reads its projected token.
func (c *Cluster) WriteTokenKubeconfig(path, namespace, tokenFile string) error {
	ca, err := c.caData()
	if err != nil {
		return err
	}
	return writeKubeconfig(path, c.config.Host, namespace, ca, &api.AuthInfo{TokenFile: tokenFile})
}

// WriteTokenKubeconfigFor is the same for something that stands before the API server, with a
// certificate under another CA (PEM).
func (c *Cluster) WriteTokenKubeconfigFor(path, url string, ca []byte, namespace, tokenFile string) error {
	return writeKubeconfig(path, url, namespace, ca, &api.AuthInfo{TokenFile: tokenFile})
}

func (c *Cluster) caData() ([]byte, error) {
	config := c.AdminConfig()
	if err := rest.LoadTLSFiles(config); err != nil {
		return nil, err
	}
	return config.CAData, nil
}

func writeKubeconfig(path, url, namespace string, ca []byte, user *api.AuthInfo) error {
	config := api.NewConfig()
	config.Clusters["test"] = &api.Cluster{Server: url, CertificateAuthorityData: ca}
	config.AuthInfos["test"] = user
	config.Contexts["test"] = &api.Context{Cluster: "test", AuthInfo: "test", Namespace: namespace}
	config.CurrentContext = "test"
	return clientcmd.WriteToFile(*config, path)
}
