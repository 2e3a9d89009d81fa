import type { Shape } from '../tensor/tensor.ts'
import { loadsOf } from './nest.ts'
import type { Access, Body, Nest } from './nest.ts'
import { mergeAxes } from './view.ts'

/** Elementwise work over as few axes as its walks through memory allow; at least one. */
export interface MergedBody {
  readonly extents: Shape
  readonly body: Body
  /** Every access of the body. */
  readonly accesses: readonly Access[]
}

/** Everything that a body reads and writes. */
export const bodyAccesses = ({ values, stores }: Body): Access[] => [
  ...loadsOf(values),
  ...stores.map(({ access }) => access),
]

/** The same body with every access changed. */
export function mapAccesses({ values, stores }: Body, change: (access: Access) => Access): Body {
  return {
    values: values.map((value) => (value.kind === 'load' ? { ...value, access: change(value.access) } : value)),
    stores: stores.map((store) => ({ ...store, access: change(store.access) })),
  }
}

export function mergeBody({ space, body }: Pick<Nest, 'space' | 'body'>): MergedBody {
  const accesses = bodyAccesses(body)
  const merged = mergeAxes(
    space,
    accesses.map(({ strides }) => strides),
  )
  const single = merged.extents.length === 0
  const changed = new Map(
    accesses.map((access, i) => [access, { ...access, strides: single ? [0] : merged.strides[i] }]),
  )
  const moved = mapAccesses(body, (access) => changed.get(access) ?? access)
  return { extents: single ? [1] : merged.extents, body: moved, accesses: bodyAccesses(moved) }
}
