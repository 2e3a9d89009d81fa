/** The page's style: paper and ink, one blue for the discriminator's side, one orange for the generator's. */
export const style = `
:root {
  --paper: #fbfaf7;
  --raised: #f3f1ec;
  --ink: #1c1b19;
  --soft: #66625b;
  --line: #e3dfd7;
  --discriminator: #23589c;
  --generator: #b9490f;
  --neutral: #55524c;
  --third: #2b774b;
  --fourth: #8a4a9e;
  --rollback: #9a1f4b;
  --serif: 'Iowan Old Style', 'Palatino Linotype', Palatino, 'URW Palladio L', 'Book Antiqua', Georgia, serif;
  --sans: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', Arial, sans-serif;
  --mono: ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #131315;
    --raised: #1c1c1f;
    --ink: #ebe9e4;
    --soft: #a29e96;
    --line: #2e2e32;
    --discriminator: #84b2ee;
    --generator: #f1a066;
    --neutral: #b9b5ad;
    --third: #7fc79c;
    --fourth: #cf9be0;
    --rollback: #f28bab;
  }
}
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
html { color-scheme: light dark; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.6 var(--sans);
  overflow-wrap: break-word;
  -webkit-font-smoothing: antialiased;
}
main, footer { max-width: 66rem; margin-inline: auto; padding-inline: clamp(1.125rem, 5vw, 3rem); }
main { padding-block: clamp(2rem, 6vw, 5rem) 1rem; }
section { margin-top: clamp(3rem, 8vw, 6rem); }
h1, h2 { font-family: var(--serif); font-weight: 400; letter-spacing: -.012em; text-wrap: balance; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: clamp(2rem, 1.2rem + 3.6vw, 3.5rem); line-height: 1.1; max-width: 22ch; }
h1 em { font-style: italic; color: var(--generator); }
h2 { margin: 0 0 .75rem; font-size: clamp(1.5rem, 1.2rem + 1.2vw, 2rem); line-height: 1.2; }
h3 { margin: 0 0 .5rem; color: var(--ink); font-size: 1rem; font-weight: 600; line-height: 1.5; }
h4 { margin: 1.25rem 0 .375rem; font-size: .8125rem; font-weight: 600; color: var(--soft); }
p { margin: 0 0 1rem; text-wrap: pretty; }
a { color: inherit; text-decoration-color: var(--generator); text-underline-offset: .2em; }
figure { margin: 0; }
img { display: block; max-width: 100%; height: auto; }
figcaption, .meaning, small { color: var(--soft); font-size: .875rem; line-height: 1.5; }
bdi { overflow-wrap: anywhere; }
code, pre { font-family: var(--mono); font-size: .8125rem; }
:focus-visible { outline: 2px solid var(--generator); outline-offset: 3px; border-radius: 3px; }
.prose, .lede { max-width: 44rem; }
.eyebrow { margin-bottom: 1.25rem; color: var(--soft); font-size: .875rem; }
.eyebrow span { padding-inline: .35em; }
.lede { margin: 1.5rem 0 0; font-size: clamp(1.0625rem, 1rem + .3vw, 1.1875rem); }
.lede strong { font-weight: 600; }
.figures {
  display: grid;
  grid-template-columns: repeat(4, auto);
  justify-content: space-between;
  gap: 1.25rem 1.5rem;
  margin: 2.5rem 0 0;
  padding-top: 1.25rem;
  border-top: 1px solid var(--line);
}
.figures dt { color: var(--soft); font-size: .875rem; }
.figures dd { margin: 0; font: 400 clamp(1.5rem, 1.3rem + 1vw, 2rem)/1.25 var(--serif); font-variant-numeric: lining-nums tabular-nums; }
.hero { margin-top: clamp(2rem, 5vw, 3.5rem); }
.hero img, .frame img { width: 100%; background: #000; border-radius: 4px; outline: 1px solid var(--line); outline-offset: -1px; }
.hero figcaption { margin-top: .75rem; }

.flip { display: grid; grid-template: auto auto auto / minmax(0, 34rem) minmax(0, 1fr); gap: 0 clamp(1.5rem, 4vw, 3.5rem); margin-top: 1.5rem; }
.frame { display: contents; }
.frame img { grid-area: 1 / 1 / 3 / 2; }
.frame figcaption { grid-area: 1 / 2; margin: 0; font-size: 1rem; font-variant-numeric: lining-nums tabular-nums; }
.frame b { display: block; margin-bottom: .25rem; color: var(--ink); font: 400 clamp(2.5rem, 2rem + 3vw, 4.5rem)/1 var(--serif); }
.time { display: block; }
.beside { grid-area: 2 / 2; align-self: end; color: var(--soft); font-size: .875rem; }
.beside p:last-child { margin-bottom: 0; }
.controls { grid-area: 3 / 1; display: flex; align-items: center; gap: 1rem; margin-top: 1rem; }
input[type=range] { flex: 1; min-width: 0; height: 1.5rem; margin: 0; accent-color: var(--generator); cursor: pointer; }
button {
  padding: .375rem .875rem;
  border: 1px solid var(--line);
  border-radius: 999px;
  background: var(--raised);
  color: var(--ink);
  font: 600 .8125rem/1.4 var(--sans);
  cursor: pointer;
}
button:hover { border-color: var(--soft); }
.play { min-width: 4.75rem; }

.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 3rem clamp(1.5rem, 4vw, 3.5rem); margin-top: 2rem; }
.chart { min-width: 0; }
.chart h3, .pair h3 { margin: 0; }
.chart figcaption { display: grid; grid-template-columns: 1fr auto; align-items: baseline; gap: .125rem 1rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0 1.125rem; margin: 0; grid-column: 1 / 3; }
.key::before { content: ''; display: inline-block; width: .875rem; height: .1875rem; margin-right: .4375rem; vertical-align: .22em; border-radius: 2px; background: currentcolor; }
.key.discriminator::before { background: var(--discriminator); }
.key.generator::before { background: var(--generator); }
.key.neutral::before { background: var(--neutral); }
.key.third::before { background: var(--third); }
.key.fourth::before { background: var(--fourth); }
.legend b, .at b { color: var(--ink); font-weight: 600; font-variant-numeric: tabular-nums; }
.at { margin: 0; white-space: nowrap; }
.plot { padding: 1.5rem .875rem 2rem 3rem; }
.plot > svg { display: block; width: 100%; height: 11rem; overflow: visible; cursor: crosshair; touch-action: pan-y; }
.plot text { fill: var(--soft); font: .75rem var(--sans); font-variant-numeric: tabular-nums; }
.plot .grid { stroke: var(--line); }
.plot path { fill: none; stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke; }
.plot path.all { stroke-width: 1; stroke-opacity: .35; }
.plot path.discriminator { stroke: var(--discriminator); }
.plot path.generator { stroke: var(--generator); }
.plot path.neutral { stroke: var(--neutral); }
.plot path.third { stroke: var(--third); }
.plot path.fourth { stroke: var(--fourth); }
.plot circle { stroke: var(--paper); stroke-width: 2; }
.plot circle.discriminator { fill: var(--discriminator); }
.plot circle.generator { fill: var(--generator); }
.plot circle.neutral { fill: var(--neutral); }
.plot circle.third { fill: var(--third); }
.plot circle.fourth { fill: var(--fourth); }
.plot .cursor { pointer-events: none; }
.plot .cursor line { stroke: var(--soft); stroke-dasharray: 2 3; }
.plot .lost { fill: var(--rollback); fill-opacity: .12; }
.plot .rollback line { stroke: var(--rollback); }
.plot .rollback text { fill: var(--rollback); font-weight: 700; }
.meaning { max-width: 36rem; margin: 0; }
strong.discriminator { color: var(--discriminator); }
strong.generator { color: var(--generator); }

.rollbacks { margin: 1.5rem 0 0; padding: 0; list-style: none; counter-reset: rollback; max-width: 44rem; }
.rollbacks li { position: relative; padding: 1rem 0 1rem 2.75rem; border-top: 1px solid var(--line); counter-increment: rollback; }
.rollbacks li::before { content: counter(rollback); position: absolute; left: 0; top: 1rem; width: 1.625rem; height: 1.625rem; border-radius: 50%; background: var(--rollback); color: var(--paper); font: 600 .875rem/1.625rem var(--sans); text-align: center; }
.rollbacks p { margin: 0; overflow-wrap: anywhere; }
.rollbacks .title { font-weight: 600; }
.rollbacks .title span { margin-left: .5rem; color: var(--soft); font-weight: 400; }

.snippet { position: relative; }
pre { margin: 0; padding: 1rem 1.125rem; overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); line-height: 1.65; tab-size: 2; }
.comment { color: var(--soft); }
.part { display: inline-block; max-width: 100%; }
.copy { position: absolute; top: .5rem; right: .5rem; background: var(--paper); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 2rem clamp(1.5rem, 4vw, 3.5rem); margin-top: 2.5rem; }
.pair > div { min-width: 0; }
.pair p { margin: .25rem 0 .75rem; color: var(--soft); font-size: .875rem; }
.pair pre { white-space: pre-wrap; overflow-wrap: anywhere; padding-right: 5.5rem; }

table { width: 100%; margin: 1.5rem 0 3rem; border-collapse: collapse; }
thead th { color: var(--soft); font-size: .875rem; font-weight: 400; }
th, td { padding: .5rem 1rem .5rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
tbody th { font-weight: 500; }
th div { display: grid; grid-template-columns: 15rem minmax(0, 1fr); align-items: baseline; gap: 0 1rem; }
th small { font-weight: 400; }
.scores { max-width: 60rem; }
.scores td { white-space: nowrap; text-align: right; font-variant-numeric: tabular-nums; }
.scores thead th:not(:first-child) { text-align: right; }
.scores th div { grid-template-columns: minmax(0, 1fr); }
.scores.classes { max-width: 24rem; }
.scores th small { color: var(--soft); max-width: 30rem; }
td small { display: block; font-weight: 400; }
td { min-width: 6.5rem; max-width: 22rem; }
.changed th, .changed td { font-weight: 600; }
.changed th { box-shadow: -.875rem 0 0 var(--paper), -1.0625rem 0 0 var(--generator); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 14rem), 1fr)); gap: 1rem 1.5rem; margin: 1rem 0 0; font-size: .875rem; }
.facts dt { color: var(--soft); text-transform: capitalize; }
.facts dd { margin: 0; }

footer { margin-top: clamp(3rem, 8vw, 6rem); padding-block: 1.5rem 3rem; color: var(--soft); font-size: .8125rem; }
@media screen and (max-width: 46rem) {
  .figures { grid-template-columns: 1fr 1fr; justify-content: stretch; }
  .flip { grid-template: auto auto auto auto / minmax(0, 1fr); }
  .frame img { grid-area: 1 / 1; }
  .controls { grid-area: 2 / 1; }
  .frame figcaption { grid-area: 3 / 1; margin-top: 1rem; }
  .beside { grid-area: 4 / 1; margin-top: 1rem; }
  th div { grid-template-columns: minmax(0, 1fr); }
  .scores { font-size: .8125rem; }
  .scores td { min-width: 0; white-space: normal; }
  .scores:not(.classes) :is(th, td):nth-child(2) { display: none; }
  .copy { position: static; margin-top: .5rem; }
  .pair pre { padding-right: 1.125rem; }
  .rollbacks .title span { display: block; margin-left: 0; }
}
@media print {
  @page { margin: 16mm; }
  :root { --paper: #fff; font-size: 10pt; }
  main, footer { padding: 0; max-width: none; }
  section { margin-top: 2rem; }
  h1 { font-size: 24pt; }
  h2 { break-after: avoid; }
  figure, li, tr, .snippet, .pair > div { break-inside: avoid; }
  img, .plot rect, .key::before, .rollbacks li::before { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .flip { grid-template: auto auto / repeat(3, minmax(0, 1fr)); gap: 1rem; }
  .frame.on-paper { display: block !important; }
  .frame:not(.on-paper), .controls, .copy, .beside .scripted { display: none !important; }
  .frame figcaption { margin-top: .5rem; font-size: 9pt; }
  .frame b { display: inline; font: inherit; font-weight: 600; }
  .beside { grid-area: 2 / 1 / 3 / 4; margin: 0; }
  .charts { grid-template-columns: 1fr 1fr; gap: 1.5rem 2rem; }
  .plot > svg { height: 7.5rem; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  .pair { grid-template-columns: 1fr 1fr; }
}
`
