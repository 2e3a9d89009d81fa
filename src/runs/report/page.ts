import { behave } from './behavior.ts'
import { checksSection } from './checks.ts'
import { curvesSection } from './curves.ts'
import { detailsSection } from './details.ts'
import { doingSection } from './doing.ts'
import { evaluationSection } from './evaluation.ts'
import type { ReportFacts } from './facts.ts'
import { headline, titleText } from './headline.ts'
import { html } from './html.ts'
import { flipThrough, heroFigure } from './pictures.ts'
import { setbacksSection } from './setbacks.ts'
import { shell } from './shell.ts'
import { style } from './style.ts'
import { valueText } from './words.ts'

/** A whole run as one page. */
export const reportPage = (facts: ReportFacts): string =>
  shell({
    title: titleText(facts),
    style,
    script: `(${behave.toString()})(${valueText.toString()})`,
    main: html`${headline(facts)} ${heroFigure(facts)} ${evaluationSection(facts)} ${flipThrough(facts)}
    ${checksSection(facts)} ${curvesSection(facts)} ${setbacksSection(facts)} ${doingSection(facts)}
    ${detailsSection(facts)}`,
    version: facts.versions['forger'] ?? '',
  })
