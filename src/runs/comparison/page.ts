import type { EmbeddedPicture } from '../report/facts.ts'
import { html } from '../report/html.ts'
import { shell } from '../report/shell.ts'
import { style } from '../report/style.ts'
import type { Comparison } from './comparison.ts'
import { comparisonHeadline, comparisonTitle } from './page-headline.ts'
import { drawingSection, gallery } from './page-drawing.ts'
import { namingSection } from './page-naming.ts'
import { methodSection, modelsSection } from './page-models.ts'
import { comparisonStyle } from './page-style.ts'

/** What a page is made of. */
export interface ComparisonFacts {
  readonly comparison: Comparison
  /** Samples, by the id of the model. */
  readonly pictures: ReadonlyMap<string, EmbeddedPicture>
  /** Of Forger. */
  readonly version: string
}

/** A comparison as one page that a teacher can show. */
export const comparisonPage = (facts: ComparisonFacts): string =>
  shell({
    title: comparisonTitle(facts.comparison),
    style: style + comparisonStyle,
    script: null,
    main: html`${comparisonHeadline(facts.comparison)} ${gallery(facts.comparison, facts.pictures)}
    ${drawingSection(facts.comparison)} ${namingSection(facts.comparison)} ${modelsSection(facts.comparison)}
    ${methodSection(facts.comparison)}`,
    version: facts.version,
  })
