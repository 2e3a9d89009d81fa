/**
 * A data source of your own, for the command line: `forger train --data examples/own-data.ts`. Its examples are digits, each with a small
 * copy of itself as the field `source`. A number after a colon says how many pixels of the digit become one: `examples/own-data.ts:7`.
 * `forger data examples/own-data.ts` shows both side by side.
 */
import { dataSource, datasets, imageField, loadSource, UserError } from 'forger-gan'

export default dataSource({
  name: 'small-and-large-digits',
  summary: 'digits of MNIST, each with a small copy of itself as its source',
  hasTest: true,
  async load({ split, argument = '4' }) {
    const digits = await loadSource('mnist', split)
    if (digits.kind !== 'images') throw new UserError('The digits of MNIST are too many for this memory.')
    const block = Number(argument)
    const [height, width] = digits.shape
    if (!(height % block === 0))
      throw new UserError(`${argument} is no number that divides ${height}; write 2, 4, 7 or 14.`)
    const [rows, columns] = [height / block, width / block]
    // Each pixel of a copy is the mean of a block.
    const means = new Float32Array(digits.count * rows * columns)
    for (let at = 0; at < digits.images.length; at++) {
      const [line, x] = [Math.floor(at / width), at % width]
      means[Math.floor(line / block) * columns + Math.floor(x / block)] += digits.images[at] / block ** 2
    }
    const field = imageField([rows, columns, 1], 'signed')
    return datasets.withFields(digits, { source: { field, values: Uint8Array.from(means) } })
  },
})
