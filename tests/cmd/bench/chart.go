package main

import (
	"fmt"
	"strings"
)

// Sizes of the chart, in pixels.
const (
	chartWidth  = 860
	labelWidth  = 330 // left of all bars
	barsWidth   = 430
	barHeight   = 14
	rowHeight   = 2*barHeight + 18
	titleHeight = 34
	panelGap    = 24
)

// Colours that can be told apart on white and in print.
const (
	oursColour  = "#1f6feb"
	aloneColour = "#b8c0cc"
	textColour  = "#24292f"
)

// chart is an SVG: how many objects a second with the operator and without, and its memory by the
// number of CRs. Empty when neither was measured.
func (r result) chart() string {
	d := &drawing{}
	if len(r.Comparisons) > 0 {
		d.rates(r.Comparisons)
	}
	if len(r.Sizes) > 0 {
		d.memory(r.Sizes)
	}
	if d.height == 0 {
		return ""
	}
	return d.svg()
}

// drawing grows downwards.
type drawing struct {
	shapes strings.Builder
	height int
}

func (d *drawing) svg() string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d" `+
		`font-family="sans-serif" font-size="12" fill="%[3]s">`+"\n"+
		`<rect width="%[1]d" height="%[2]d" fill="#ffffff"/>`+"\n%[4]s</svg>\n",
		chartWidth, d.height+panelGap/2, textColour, d.shapes.String())
}

func (d *drawing) rates(all []comparison) {
	d.title("Objects a second", "with the operator", "API server alone, same writes")
	most := 0.0
	for _, c := range all {
		most = max(most, c.Operator.Rate, c.alone())
	}
	for _, c := range all {
		d.label(c.Name)
		d.bar(0, c.Operator.Rate/most, oursColour, fmt.Sprintf("%.0f (%.0f %%)", c.Operator.Rate, 100*c.Ratio))
		d.bar(1, c.alone()/most, aloneColour, fmt.Sprintf("%.0f", c.alone()))
		d.height += rowHeight
	}
	d.height += panelGap
}

func (c comparison) alone() float64 { return mean(c.APIServer[0].Rate, c.APIServer[1].Rate) }

func (d *drawing) memory(all []size) {
	d.title("Resident memory at rest, MiB", "after the creation", "after a restart")
	most := 0.0
	for _, s := range all {
		most = max(most, mebibytes(s.AfterCreation.Resident), mebibytes(s.AfterRestart.Resident))
	}
	for _, s := range all {
		d.label(fmt.Sprintf("%d CRs in sync", s.CRs))
		for row, bytes := range []int64{s.AfterCreation.Resident, s.AfterRestart.Resident} {
			d.bar(row, mebibytes(bytes)/most, []string{oursColour, aloneColour}[row], mib(bytes))
		}
		d.height += rowHeight
	}
	d.height += panelGap
}

// title of a panel, with what its two colours mean.
func (d *drawing) title(text, first, second string) {
	d.height += panelGap
	d.text(10, d.height, "start", "bold", text)
	x := labelWidth
	for i, meaning := range []string{first, second} {
		d.rect(x, d.height-barHeight+3, barHeight, []string{oursColour, aloneColour}[i])
		d.text(x+barHeight+6, d.height, "start", "normal", meaning)
		x += barsWidth / 2
	}
	d.height += titleHeight - panelGap + barHeight/2
}

func (d *drawing) label(text string) {
	d.text(labelWidth-10, d.height+barHeight+5, "end", "normal", text)
}

// bar in the first or second row of a label; share is its length, of the longest.
func (d *drawing) bar(row int, share float64, colour, value string) {
	top := d.height + row*(barHeight+2)
	width := int(share * barsWidth)
	d.rect(labelWidth, top, width, colour)
	d.text(labelWidth+width+6, top+barHeight-3, "start", "normal", value)
}

func (d *drawing) rect(x, y, width int, colour string) {
	fmt.Fprintf(&d.shapes, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+"\n", x, y, width, barHeight, colour)
}

func (d *drawing) text(x, y int, anchor, weight, text string) {
	fmt.Fprintf(&d.shapes, `<text x="%d" y="%d" text-anchor="%s" font-weight="%s">%s</text>`+"\n",
		x, y, anchor, weight, strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(text))
}
