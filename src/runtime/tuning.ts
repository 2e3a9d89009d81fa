import type { Target } from '../kernels/target.ts'
import type { Product } from '../wasm/orientation.ts'
import { defaultTiling } from '../wasm/tiling.ts'
import type { Tiling } from '../wasm/tiling.ts'
import { candidates, testBench } from '../wasm/tune.ts'

/** Tilings that were found by timing on this machine, by what they were found for. */
export type KnownTilings = Readonly<Record<string, Tiling>>

/** Products below this many multiply-adds are not worth a timing. */
const worthTiming = 2_000_000

/**
 * Chooses how products are cut by timing a few ways, for at most `budgetMs` altogether; what is not timed in that time is cut by the rule,
 * and timed another day. The choice never changes a result, only its time. `remember` is told what was found.
 */
export function createTuner(
  known: KnownTilings,
  target: Target,
  strict: boolean,
  budgetMs: number,
  remember: (known: KnownTilings) => void,
): (product: Product) => Tiling {
  const bench = testBench(strict, target)
  const found = { ...known }
  let left = budgetMs
  return (product) => {
    const { m, n, k, batch } = product
    const key = signature(product, target, strict)
    if (key in found) return found[key]
    if (left <= 0 || m * n * k < worthTiming || batch.length > 0) return defaultTiling(product, target)
    const start = performance.now()
    const timed = candidates(product, target).map((tiling) => ({ tiling, ms: bench.time(product, tiling) }))
    // The rule's choice stays unless another is clearly better: timings are noisy.
    const best = timed.reduce((a, b) => (b.ms < a.ms * 0.85 ? b : a)).tiling
    found[key] = best
    remember(found)
    left -= performance.now() - start
    return best
  }
}

/** All that a product's time depends on, as far as its tiling is concerned. */
function signature({ m, n, k, a, b, body }: Product, { lanes }: Target, strict: boolean): string {
  const work = `${body.values.length}/${body.stores.length}`
  return [
    m,
    n,
    k,
    `a${a.strides.join('.')}`,
    `b${b.strides.join('.')}`,
    work,
    lanes * 32,
    strict ? 'strict' : 'fast',
  ].join(' ')
}
