import type { ElementwiseName } from '../tensor.ts'
import { arithmetic } from './arithmetic.ts'
import { casts } from './cast.ts'
import { comparison } from './comparison.ts'
import type { ElementwiseFunction } from './function.ts'
import { logic } from './logic.ts'
import { piecewise } from './piecewise.ts'
import { rounding } from './rounding.ts'
import { smooth } from './smooth.ts'

/** Every elementwise function. */
export const elementwiseFunctions: Readonly<Record<ElementwiseName, ElementwiseFunction>> = {
  ...arithmetic,
  ...piecewise,
  ...smooth,
  ...rounding,
  ...comparison,
  ...logic,
  ...casts,
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the checker cannot see that keys of a record are all it has
export const elementwiseNames = Object.keys(elementwiseFunctions) as readonly ElementwiseName[]
