import { bodyAccesses, mapAccesses } from '../kernels/merge.ts'
import type { Access, Body, Nest, Producer } from '../kernels/nest.ts'
import { mergeAxes } from '../kernels/view.ts'
import type { Axes } from '../kernels/view.ts'
import { sizeOf } from '../tensor/shape.ts'
import type { Shape } from '../tensor/tensor.ts'

type Contract = Extract<Producer, { kind: 'contract' }>

/**
 * A product seen from the kernel: m rows, n columns along which vectors run, k terms. Accesses of the body are over [batch..., rows...,
 * n], where rows are several axes in a product of windows, else one.
 */
export interface Product {
  readonly batch: Shape
  readonly m: number
  readonly n: number
  readonly k: number
  /** Over [batch..., m, k]; in a product of windows over [batch...], what else it needs is there. */
  readonly a: Access
  /** Over [batch..., k, n]; in a product of windows over [batch...]. */
  readonly b: Access
  readonly body: Body
  /** How a convolution walks; null for a product of matrices. */
  readonly windows: Windows | null
}

/** Rows and terms over several axes each, as no single stride leads from one to the next. Strides in elements. */
interface Windows {
  /** Extents of the rows' axes, and strides of a. */
  readonly rows: { readonly extents: Shape; readonly a: readonly number[] }
  /** Terms come in runs: the axes outside of a run with the strides of a and b, and the run itself, innermost. */
  readonly runs: { readonly extents: Shape; readonly a: readonly number[]; readonly b: readonly number[] }
  readonly run: { readonly length: number; readonly a: number; readonly b: number }
  readonly columnStride: number
  /** Whether a runs along its rows rather than its terms, as in gradients of kernels. */
  readonly alongRows: boolean
}

/**
 * A product can be computed as it stands or as the product of the transposes: whichever walks through memory better. The result is
 * the same to the bit, as both sum over k in order. Convolutions are computed as they stand.
 */
export function orient(nest: Nest, contract: Contract): Product {
  const { batch, a, b } = contract
  const [m, n, k] = [contract.m, contract.n, contract.k].map(sizeOf)
  const body = overAllAxes(nest.body, [...batch, ...contract.m, ...contract.n])
  const parts = (access: Access, ...groups: readonly Shape[]) => {
    let from = batch.length
    return groups.map((axes) => access.strides.slice(from, (from += axes.length)))
  }
  const [aRows, aTerms] = parts(a, contract.m, contract.k)
  const [bTerms, bColumns] = parts(b, contract.k, contract.n)
  const rowsOfBody = bodyAccesses(body).map((access) => parts(access, contract.m)[0])
  const rows = atLeastOne(mergeAxes(contract.m, [aRows, ...rowsOfBody]))
  const terms = atLeastOne(mergeAxes(contract.k, [aTerms, bTerms]))
  const columns = atLeastOne(mergeAxes(contract.n, [bColumns]))
  if (columns.extents.length > 1) throw new Error('a product whose columns are no single run')

  const whole = { batch, m, n, k }
  const merged = new Map(bodyAccesses(body).map((access, index) => [access, rows.strides[1 + index]] as const))
  const rowBody = mapAccesses(body, (access) => ({
    ...access,
    strides: [
      ...access.strides.slice(0, batch.length),
      ...(merged.get(access) ?? []),
      ...access.strides.slice(batch.length + contract.m.length),
    ],
  }))
  const outer = (access: Access) => access.strides.slice(0, batch.length)
  // Offsets of instructions are not negative, as the strides of a walk backwards are.
  const isBackwards = terms.strides[0].some((stride) => stride < 0) || rows.strides[0].some((stride) => stride < 0)
  if (rows.extents.length === 1 && terms.extents.length === 1 && !isBackwards) {
    const asItStands: Product = {
      ...whole,
      a: { ...a, strides: [...outer(a), rows.strides[0][0], terms.strides[0][0]] },
      b: { ...b, strides: [...outer(b), terms.strides[1][0], columns.strides[0][0]] },
      body: rowBody,
      windows: null,
    }
    const transposed = exchanged(asItStands)
    return cost(transposed) < cost(asItStands) ? transposed : asItStands
  }
  const split = runsOf(terms)
  return {
    ...whole,
    a: { ...a, strides: outer(a) },
    b: { ...b, strides: outer(b) },
    body: rowBody,
    windows: {
      rows: { extents: rows.extents, a: rows.strides[0] },
      ...split,
      columnStride: columns.strides[0][0],
      alongRows: rows.strides[0].at(-1) === 1 && split.run.a !== 1,
    },
  }
}

/** A loop nest leaves out axes of size 1, but there is at least one. */
const atLeastOne = ({ extents, strides }: Axes): Axes =>
  extents.length > 0 ? { extents, strides } : { extents: [1], strides: strides.map(() => [0]) }

/** Runs of more terms than this are cut, so that a panel of b stays in the first-level cache. */
const longestRun = 512

/** The innermost axis is the run, or a part of it that divides it. */
function runsOf({ extents, strides: [a, b] }: Axes): Pick<Windows, 'runs' | 'run'> {
  const last = extents.length - 1
  const length = extents[last] <= longestRun ? extents[last] : largestDivisor(extents[last], longestRun)
  const pieces = extents[last] / length
  const outer = (strides: readonly number[]) => [...strides.slice(0, last), strides[last] * length]
  return {
    runs: { extents: [...extents.slice(0, last), pieces], a: outer(a), b: outer(b) },
    run: { length, a: a[last], b: b[last] },
  }
}

/** The largest divisor up to `most`; the number itself where that would be small. */
function largestDivisor(count: number, most: number): number {
  for (let divisor = most; divisor >= 32; divisor--) if (count % divisor === 0) return divisor
  return count
}

const exchanged = ({ batch, m, n, k, a, b, body, windows }: Product): Product => ({
  batch,
  m: n,
  n: m,
  k,
  a: exchangeAxes(b),
  b: exchangeAxes(a),
  body: mapAccesses(body, exchangeAxes),
  windows,
})

/** About the vector instructions that an orientation takes: products, repacking for every tile of rows, and elements that are not in a row. */
function cost({ m, n, k, b, body }: Product): number {
  const vectors = Math.ceil(n / 4)
  const fewRows = 1 + 1 / Math.min(m, 6)
  const packing = b.strides[b.strides.length - 1] === 1 ? 0 : n * k * Math.ceil(m / (m <= 264 ? 264 : 48))
  const scattered = bodyAccesses(body).filter(({ strides }) => strides[strides.length - 1] > 1).length
  return m * vectors * k * fewRows + packing + scattered * m * n
}

function exchangeAxes(access: Access): Access {
  const [outer, inner] = access.strides.slice(-2)
  return { ...access, strides: [...access.strides.slice(0, -2), inner, outer] }
}

/** A nest's accesses leave out axes of size 1; here every axis counts. */
export function overAllAxes(body: Body, shape: Shape): Body {
  return mapAccesses(body, (access) => {
    const strides = [...access.strides]
    return { ...access, strides: shape.map((extent) => (extent === 1 ? 0 : (strides.shift() ?? 0))) }
  })
}
