import { noVariables } from '../layer.ts'
import type { Layer } from '../layer.ts'
import { fieldOf, tensorOf } from './field-of.ts'

/**
 * What the batch is given under a name, in place of x, which is ignored: [batch, ...shape of the field]. Numbers
 * are f32; whole numbers (a class, words) stay i32, so that an `embedding` can follow. Throws a UserError where the
 * batch has no such field.
 */
export const given = (name: string): Layer => ({
  name: 'given',
  mixesBatch: false,
  init: (_shape, _random, fields) => ({ ...noVariables, shape: fieldOf('given', name, fields).shape }),
  apply: (_variables, _x, mode) => ({ output: tensorOf('given', name, mode), buffers: {} }),
})
