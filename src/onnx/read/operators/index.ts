import type { Operator } from '../node.ts'
import { activations } from './activations.ts'
import { arithmetic } from './arithmetic.ts'
import { convolutions } from './convolution.ts'
import { functions } from './functions.ts'
import { movements } from './movement.ts'
import { normalizations } from './normalization.ts'
import { numbers } from './numbers.ts'
import { parts } from './parts.ts'
import { pools } from './pooling.ts'
import { products } from './product.ts'
import { reductions } from './reduction.ts'
import { resizings } from './resize.ts'
import { tables } from './tables.ts'

/** What is made of each operation, by ONNX's name for it. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    ...activations,
    ...arithmetic,
    ...convolutions,
    ...functions,
    ...movements,
    ...normalizations,
    ...numbers,
    ...parts,
    ...pools,
    ...products,
    ...reductions,
    ...resizings,
    ...tables,
  }),
)
