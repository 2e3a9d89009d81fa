/** Text that is markup already. Only `html` and `trusted` make it, so that nothing else gets into a page unescaped. */
export interface Html {
  readonly markup: string
}

/** What may stand between markup: text and numbers are escaped, null is nothing. */
export type Piece = Html | string | number | null | readonly Piece[]

/**
 * Markup with pieces in it, as html`<p>${text}</p>`. Attributes that hold pieces are to be written in double quotes; white
 * space that matters has to be in a piece, as formatters take it for their own.
 */
export const html = (parts: TemplateStringsArray, ...pieces: Piece[]): Html =>
  trusted(String.raw({ raw: parts }, ...pieces.map(markupOf)))

/** Markup of our own making, taken as it is. */
export const trusted = (markup: string): Html => ({ markup })

function markupOf(piece: Piece): string {
  if (piece === null) return ''
  if (typeof piece === 'string' || typeof piece === 'number') return escapeHtml(String(piece))
  return 'markup' in piece ? piece.markup : piece.map(markupOf).join('')
}

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for between tags and for quoted attributes. Lone surrogates, which file names may hold, become U+FFFD. */
const escapeHtml = (text: string): string =>
  text.toWellFormed().replaceAll(/[&<>"']/g, (character) => references[character])
