import { base64Of } from '../../files/base64.ts'
import { html, trusted } from './html.ts'
import type { Html } from './html.ts'
import { sha256 } from '../../files/sha256.ts'

/** What differs from page to page. */
interface Page {
  /** Of the window. */
  readonly title: string
  readonly style: string
  /** For comfort alone; null where there is none. */
  readonly script: string | null
  readonly main: Html
  /** Of Forger. */
  readonly version: string
}

/**
 * A page that needs nothing but itself: no network, no other file, and scripts only for comfort. Whatever comes from outside is escaped;
 * should something get through all the same, the page's own policy does not let it run.
 */
export function shell({ title, style, script, main, version }: Page): string {
  const policy = [
    "default-src 'none'",
    'img-src data:',
    `style-src '${hashOf(style)}'`,
    ...(script === null ? [] : [`script-src '${hashOf(script)}'`]),
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
        <title>${title}</title>
        ${trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <main>${main}</main>
        <footer>
          <p>Written by Forger ${version}. This page holds everything it shows and asks nobody for anything.</p>
        </footer>
        ${script === null ? null : trusted(`<script>${script}</script>`)}
      </body>
    </html> `
  return page.markup
}

const hashOf = (text: string): string => `sha256-${base64Of(sha256(new TextEncoder().encode(text)))}`
