/** docs/results.md, whose sections commands write one by one. What is outside of their marks is people's own. */
import { readFile } from 'node:fs/promises'
import { codeOf } from '../src/files/file-error-node.ts'
import { writeWholeFile } from '../src/files/whole-file-node.ts'

const heading = '# What was trained, and how it came out\n'

/**
 * Puts a section where an older one of that name stands, or at the end of the page.
 * @param name one word, for the marks around it.
 * @param text Markdown that begins with its heading.
 */
export async function writeSection(page: string, name: string, text: string): Promise<void> {
  const before = await readFile(page, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return heading
    throw error
  })
  await writeWholeFile(page, withSection(before, name, text))
}

/** The page after that. Throws where one of the marks is missing. */
export function withSection(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`]
  const section = `${begin}\n${text.trim()}\n${end}`
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 && to < 0) return `${page.trimEnd()}\n\n${section}\n`
  if (from < 0 || to < from) throw new Error(`the page has not both ${begin} and, after it, ${end}`)
  return page.slice(0, from) + section + page.slice(to + end.length)
}

/** A table in Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** Lines in Markdown that are code. */
export const code = (lines: readonly string[]): string => lines.map((line) => `    ${line}`).join('\n')
