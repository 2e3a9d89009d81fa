import { behave } from './page/page-script.ts'
import { checksSection } from './sections/checks-section.ts'
import { curvesSection } from './sections/curves-section.ts'
import { detailsSection } from './sections/details-section.ts'
import { doingSection } from './sections/next-steps-section.ts'
import { evaluationSection } from './sections/evaluation-section.ts'
import type { ReportFacts } from './sections/report-facts.ts'
import { headline, titleText } from './sections/headline-section.ts'
import { html } from './page/html.ts'
import { flipThrough, heroFigure } from './sections/pictures-section.ts'
import { rollbacksSection } from './sections/rollbacks-section.ts'
import { shell } from './page/page-shell.ts'
import { style } from './page/page-style.ts'
import { valueText } from './page/readable-text.ts'

/** A whole run as one page. */
export const reportPage = (facts: ReportFacts): string =>
  shell({
    title: titleText(facts),
    style,
    script: `(${behave.toString()})(${valueText.toString()})`,
    main: html`${headline(facts)} ${heroFigure(facts)} ${evaluationSection(facts)} ${flipThrough(facts)}
    ${checksSection(facts)} ${curvesSection(facts)} ${rollbacksSection(facts)} ${doingSection(facts)}
    ${detailsSection(facts)}`,
    version: facts.versions['forger'] ?? '',
  })
