package teleport

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// newDescriptor is the least that a service provider has to say of itself.
func newDescriptor(entityID, acsURL string) string {
	return fmt.Sprintf(`<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="%s">`+
		`<SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">`+
		`<AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="%s" index="1"/>`+
		`</SPSSODescriptor></EntityDescriptor>`, escaped(entityID), escaped(acsURL))
}

func escaped(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(text)) // a Builder takes everything
	return out.String()
}

// layOutDescriptor reads an entity descriptor and writes it again in one layout: indented, without
// comments, declarations and the white space between elements. Doing so twice changes nothing.
func layOutDescriptor(descriptor string) (entityID, laidOut string, err error) {
	decoder := xml.NewDecoder(strings.NewReader(descriptor))
	var out bytes.Buffer
	encoder := xml.NewEncoder(&out)
	encoder.Indent("", "  ")
	depth, elements := 0, 0
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", "", err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if elements == 0 {
				entityID = attribute(t, "entityID")
			}
			depth, elements = depth+1, elements+1
			err = encoder.EncodeToken(flattened(t))
		case xml.EndElement:
			depth--
			err = encoder.EncodeToken(xml.EndElement{Name: flat(t.Name)})
		case xml.CharData:
			if text := bytes.TrimSpace(t); len(text) > 0 {
				err = encoder.EncodeToken(xml.CharData(text))
			}
		}
		if err != nil {
			return "", "", err
		}
	}
	if elements == 0 || depth != 0 {
		return "", "", errors.New("no complete XML element")
	}
	if err := encoder.Flush(); err != nil {
		return "", "", err
	}
	return entityID, out.String(), nil
}

func attribute(element xml.StartElement, name string) string {
	for _, attr := range element.Attr {
		if attr.Name.Space == "" && attr.Name.Local == name {
			return attr.Value
		}
	}
	return ""
}

// flattened keeps prefixes as part of the names, so that the encoder invents no namespaces.
func flattened(element xml.StartElement) xml.StartElement {
	out := xml.StartElement{Name: flat(element.Name)}
	for _, attr := range element.Attr {
		out.Attr = append(out.Attr, xml.Attr{Name: flat(attr.Name), Value: attr.Value})
	}
	return out
}

func flat(name xml.Name) xml.Name {
	if name.Space == "" {
		return name
	}
	return xml.Name{Local: name.Space + ":" + name.Local}
}
