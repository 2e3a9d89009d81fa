import { expect, it } from 'vitest'
import { optionsPage } from './options-page.ts'

it('docs/options.md says what the code says; `npm test -- test/cli/options-page.test.ts -u` writes it anew', async () => {
  await expect(optionsPage()).toMatchFileSnapshot('../../docs/options.md')
})
