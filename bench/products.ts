/** The matrix products of one iteration of a non-saturating game, and nothing else of it: what sgemm is timed on. */

import { rules } from './peers/stand-in.mjs'
import type { DenseGameName } from './peers/stand-in.mjs'

/** out[m, n] = left x right; the names are those of arrays, so that what an iteration reads twice is one array here too. */
export interface Product {
  readonly m: number
  readonly n: number
  readonly k: number
  readonly left: string
  readonly right: string
  readonly out: string
  /** Which operand lies transposed in memory: left as [k, m], or right as [n, k]. */
  readonly transposed: 'left' | 'right' | 'none'
}

/** One use of a player: its widths, how many samples go through it, and what is differentiated on the way back. */
interface Pass {
  readonly player: string
  readonly use: string
  readonly widths: readonly number[]
  readonly rows: number
  /** Whether the weights' gradients are wanted. */
  readonly weights: boolean
  /** From which layer on the gradient of its input is wanted; null: no way back at all. */
  readonly inputsFrom: number | null
}

export function productsOf(name: DenseGameName): Product[] {
  const { generator, discriminator } = rules.games[name]
  const { batch } = rules
  const passes: Pass[] = [
    { player: 'generator', use: 'fakes', widths: generator, rows: batch, weights: false, inputsFrom: null },
    { player: 'discriminator', use: 'own', widths: discriminator, rows: 2 * batch, weights: true, inputsFrom: 1 },
    { player: 'generator', use: 'own', widths: generator, rows: batch, weights: true, inputsFrom: 1 },
    { player: 'discriminator', use: 'fakes', widths: discriminator, rows: batch, weights: false, inputsFrom: 0 },
  ]
  return passes.flatMap(productsOfPass)
}

function productsOfPass({ player, use, widths, rows, weights, inputsFrom }: Pass): Product[] {
  const layers = widths.slice(1).map((outputs, i) => {
    const inputs = widths[i]
    const [x, y] = [`${player} ${use} x${i}`, `${player} ${use} x${i + 1}`]
    const [gx, gy] = [`${player} ${use} g${i}`, `${player} ${use} g${i + 1}`]
    const [w, gw] = [`${player} w${i}`, `${player} gw${i}`]
    const forward: Product = { m: rows, n: outputs, k: inputs, left: x, right: w, out: y, transposed: 'none' }
    const toWeight: Product = { m: inputs, n: outputs, k: rows, left: x, right: gy, out: gw, transposed: 'left' }
    const toInput: Product = { m: rows, n: inputs, k: outputs, left: gy, right: w, out: gx, transposed: 'right' }
    const back = inputsFrom === null ? [] : [...(weights ? [toWeight] : []), ...(i >= inputsFrom ? [toInput] : [])]
    return { forward, back }
  })
  return [...layers.map(({ forward }) => forward), ...layers.toReversed().flatMap(({ back }) => back)]
}
