/** What a comparison's page has beyond that of a run. */
export const comparisonStyle = `
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); gap: 2.5rem clamp(1.25rem, 3vw, 2rem); margin-top: 2rem; }
.gallery img { width: 100%; background: #000; border-radius: 4px; image-rendering: pixelated; outline: 1px solid var(--line); outline-offset: -1px; }
.gallery figcaption { margin-top: .75rem; font-variant-numeric: tabular-nums; }
.gallery h3 { margin: 0; }
.wide { position: relative; overflow-x: auto; margin: 1.5rem 0 0; }
.compared { margin: 0; font-size: .875rem; border-collapse: separate; border-spacing: 0; }
.compared :is(th, td), .compared :is(th, td):last-child { min-width: 0; padding: .5625rem 0 .5625rem 1.25rem; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; vertical-align: baseline; }
.compared thead :is(th, th:last-child) { min-width: 4.5rem; max-width: 7rem; white-space: normal; vertical-align: bottom; line-height: 1.35; font-size: .8125rem; }
.compared :is(th, td):first-child { position: sticky; left: 0; padding-left: 0; background: var(--paper); text-align: left; white-space: normal; min-width: 9.5rem; }
.compared tbody th:first-child { padding-left: 1.125rem; text-indent: -1.125rem; }
.compared tbody th::before { content: ''; display: inline-block; width: .5rem; height: .5rem; margin-right: .625rem; border-radius: 50%; background: var(--neutral); }
.compared :is(.generative, .gan) th::before { background: var(--generator); }
.compared .discriminative th::before { background: var(--discriminator); }
.compared .real :is(th, td) { color: var(--soft); }
.compared .best { font-weight: 700; }
.compared .best::after { content: ''; display: block; width: 1.5rem; height: .1875rem; margin: .125rem 0 0 auto; border-radius: 2px; background: currentcolor; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.meanings { columns: 20rem 3; column-gap: clamp(1.5rem, 4vw, 3.5rem); margin: 1.25rem 0 0; color: var(--soft); font-size: .8125rem; line-height: 1.5; }
.meanings div { break-inside: avoid; margin-bottom: .5rem; }
.meanings dt { display: inline; color: var(--ink); font-weight: 600; }
.meanings dt::after { content: '. '; }
.meanings dd { display: inline; margin: 0; }
.plotted { margin-top: clamp(2.5rem, 6vw, 4rem); }
.plotted h3 { margin: 0; }
.plotted .meaning { max-width: 44rem; }
.plotted .legend { margin-top: .5rem; }
.dots { display: grid; grid-template-columns: 15rem minmax(0, 1fr); align-items: center; margin-top: 1.25rem; padding-right: 1.25rem; font-size: .875rem; }
.dots svg { display: block; width: 100%; height: 2rem; overflow: visible; }
.dots .axis { height: 1.25rem; }
.dots text { fill: var(--soft); font: .75rem var(--sans); font-variant-numeric: tabular-nums; }
.dots .grid { stroke: var(--line); }
.dots .span { stroke-width: 2; stroke-opacity: .25; }
.dots .real { stroke: var(--neutral); fill: var(--neutral); }
.dots :is(.generative, .gan) { stroke: var(--generator); fill: var(--generator); }
.dots .discriminative { stroke: var(--discriminator); fill: var(--discriminator); }
.dots circle { stroke: var(--paper); stroke-width: 1.5; }
.stories { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); gap: 1.75rem clamp(1.5rem, 4vw, 3.5rem); margin: 1.5rem 0 0; }
.stories div { padding-left: 1rem; border-left: 3px solid var(--generator); }
.stories .discriminative { border-color: var(--discriminator); }
.stories dt { font-weight: 600; }
.stories dd { margin: .25rem 0 0; }
.stories p { margin: 0; }
.stories .origin { margin-top: .375rem; color: var(--soft); font-size: .875rem; line-height: 1.5; }
.method { columns: 24rem 2; column-gap: clamp(1.5rem, 4vw, 3.5rem); font-size: .875rem; color: var(--soft); }
.method p { break-inside: avoid; }
@media screen and (max-width: 46rem) {
  .dots { grid-template-columns: minmax(0, 1fr); padding-inline: .5rem 1rem; }
  .dots .name { margin-top: .375rem; line-height: 1.3; }
  .dots .name.axis { display: none; }
  .dots svg:not(.axis) { height: 1.5rem; }
  .compared :is(th, td):first-child { min-width: 8.5rem; max-width: 8.5rem; }
}
@media print {
  .wide { overflow: visible; }
  .compared { font-size: 7.5pt; }
  .compared :is(th, td) { padding-left: .5rem; }
  .gallery { grid-template-columns: repeat(3, 1fr); gap: 1rem; }
  .compared th::before, .best::after, .dots circle { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`
