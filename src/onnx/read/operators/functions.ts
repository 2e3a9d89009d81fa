import { apply } from '../../../tensor/elementwise/apply.ts'
import { elementwiseFunctions, elementwiseNames } from '../../../tensor/elementwise/table.ts'
import type { ElementwiseName, Tensor } from '../../../tensor/tensor.ts'
import { functionForms } from '../../functions.ts'
import type { Operator } from '../node.ts'
import { binary, unary } from './pointwise.ts'

function operatorOf(name: ElementwiseName): Operator {
  const definition = elementwiseFunctions[name]
  const of = (...operands: Tensor[]) => apply(name, definition, operands)
  return definition.operands.length === 1 ? unary(of) : binary(of)
}

/** Operators that are one of our elementwise functions and no more. */
export const functions: Readonly<Record<string, Operator>> = Object.fromEntries(
  elementwiseNames.flatMap((name) => {
    const { read } = functionForms[name]
    return read === null ? [] : [[read, operatorOf(name)]]
  }),
)
