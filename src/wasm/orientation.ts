import { bodyAccesses, mapAccesses } from '../kernels/merge.ts'
import type { Access, Body, Nest, Producer } from '../kernels/nest.ts'
import type { Shape } from '../tensor/tensor.ts'

type Contract = Extract<Producer, { kind: 'contract' }>

/** A matrix product seen from the kernel: vectors run along n; accesses of the body are over [batch..., m, n]. */
export interface Product extends Omit<Contract, 'kind'> {
  readonly body: Body
}

/**
 * A product can be computed as it stands or as the product of the transposes: whichever walks through memory better. The result is
 * the same to the bit, as both sum over k in order.
 */
export function orient(nest: Nest, { batch, m, n, k, a, b }: Contract): Product {
  const body = overAllAxes(nest.body, [...batch, m, n])
  const asItStands: Product = { batch, m, n, k, a, b, body }
  const transposed: Product = {
    batch,
    m: n,
    n: m,
    k,
    a: exchangeAxes(b),
    b: exchangeAxes(a),
    body: mapAccesses(body, exchangeAxes),
  }
  return cost(transposed) < cost(asItStands) ? transposed : asItStands
}

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
function overAllAxes(body: Body, shape: Shape): Body {
  return mapAccesses(body, (access) => {
    const strides = [...access.strides]
    return { ...access, strides: shape.map((extent) => (extent === 1 ? 0 : (strides.shift() ?? 0))) }
  })
}
