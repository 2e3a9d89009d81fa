import type { EmbeddedPicture } from '../../files/picture.ts'
import { html } from '../../report/page/html.ts'
import { shell } from '../../report/page/page-shell.ts'
import { style } from '../../report/page/page-style.ts'
import type { Comparison } from '../results/comparison.ts'
import { comparisonHeadline, comparisonTitle } from './comparison-headline.ts'
import { drawingSection, gallery } from './drawing-section.ts'
import { namingSection } from './naming-section.ts'
import { methodSection, modelsSection } from './models-section.ts'
import { comparisonStyle } from './comparison-style.ts'

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
