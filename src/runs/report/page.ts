import { base64Of } from './base64.ts'
import { behave } from './behavior.ts'
import { checksSection } from './checks.ts'
import { curvesSection } from './curves.ts'
import { detailsSection } from './details.ts'
import { doingSection } from './doing.ts'
import { evaluationSection } from './evaluation.ts'
import type { ReportFacts } from './facts.ts'
import { headline, titleText } from './headline.ts'
import { html, trusted } from './html.ts'
import { flipThrough, heroFigure } from './pictures.ts'
import { setbacksSection } from './setbacks.ts'
import { sha256 } from './sha256.ts'
import { style } from './style.ts'
import { valueText } from './words.ts'

/**
 * A whole run as one page that needs nothing but itself: no network, no other file, and scripts only for comfort. Whatever
 * comes from outside is escaped; should something get through all the same, the page's own policy does not let it run.
 */
export function reportPage(facts: ReportFacts): string {
  const script = `(${behave.toString()})(${valueText.toString()})`
  const policy = [
    "default-src 'none'",
    'img-src data:',
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${titleText(facts)}</title>
        ${trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <main>
          ${headline(facts)} ${heroFigure(facts)} ${evaluationSection(facts)} ${flipThrough(facts)}
          ${checksSection(facts)} ${curvesSection(facts)} ${setbacksSection(facts)} ${doingSection(facts)}
          ${detailsSection(facts)}
        </main>
        <footer>
          <p>
            Written by Forger ${facts.versions['forger'] ?? ''}. This page holds everything it shows and asks nobody for
            anything.
          </p>
        </footer>
        ${trusted(`<script>${script}</script>`)}
      </body>
    </html> `
  return page.markup
}

const hashOf = (text: string): string => `sha256-${base64Of(sha256(new TextEncoder().encode(text)))}`
