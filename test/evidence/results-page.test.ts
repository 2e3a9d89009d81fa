import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { table, withSection, writeSection } from '../../evidence/results-page.ts'

describe('the page of results', () => {
  it('gets new sections at its end and keeps whatever stands around older ones', () => {
    const once = withSection('# Results\n\nBy hand.\n', 'one', '## One\n\nfirst\n')
    const twice = `${withSection(once, 'two', '## Two')}\nAfterwards.\n`
    const again = withSection(twice, 'one', '## One\n\nsecond')
    expect(again).toBe(
      '# Results\n\nBy hand.\n\n<!-- one -->\n## One\n\nsecond\n<!-- end of one -->\n\n<!-- two -->\n## Two\n<!-- end of two -->\n\nAfterwards.\n',
    )
    expect(withSection(again, 'one', '## One\n\nsecond')).toBe(again)
  })

  it('is not written to where a mark is missing', () => {
    expect(() => withSection('<!-- one -->\n## One\n', 'one', '')).toThrow('has not both')
    expect(() => withSection('<!-- end of one -->\n<!-- one -->', 'one', '')).toThrow('has not both')
  })

  it('begins with the first section', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'forger-results-'))
    const page = join(folder, 'results.md')
    await writeSection(page, 'one', '## One')
    await writeSection(page, 'one', '## Uno')
    expect(await readFile(page, 'utf8')).toMatch(/^# .+\n\n<!-- one -->\n## Uno\n<!-- end of one -->\n$/)
    await rm(folder, { recursive: true })
  })

  it('has tables', () => {
    expect(table(['a', 'b'], [['1', '2']])).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |')
  })
})
