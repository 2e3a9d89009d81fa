/**
 * The operations as methods of tensors, so that steps can be written in the order in which they are computed:
 * `x.matmul(w).add(b).relu()`. Loading this file adds them; it is part of the library's entries, and nothing beneath relies on it.
 */
import * as composite from './composite/index.ts'
import * as operations from './operations/index.ts'
import { Tensor } from './tensor.ts'

type Table = typeof operations & typeof composite

/** What does not begin with a tensor. A function that is missing here has the type never as a method, and methods.test.ts says so. */
const others = ['concat', 'constant', 'input', 'iota', 'literal', 'randomNormal', 'randomUniform', 'shuffle'] as const

/** A function whose first argument is the tensor that it is called on. */
type Method<F> = F extends (first: Tensor, ...rest: infer Rest) => infer Result
  ? (this: Tensor, ...rest: Rest) => Result
  : never

/** Generic over the table, so that editors find the words that stand at each function. */
type MethodsOf<T, Name extends keyof T> = { readonly [N in Name]: Method<T[N]> }

type Methods = MethodsOf<Table, Exclude<keyof Table, (typeof others)[number]>>

declare module './tensor.ts' {
  interface Tensor<K extends Kind = Kind> extends Methods {}
}

for (const [name, operation] of Object.entries<(...given: never[]) => unknown>({ ...operations, ...composite })) {
  if (others.some((other) => other === name)) continue
  // On the prototype, where whatever lists, copies or compares a tensor's own fields does not see them.
  Object.defineProperty(Tensor.prototype, name, {
    value(this: never, ...rest: never[]) {
      return operation(this, ...rest)
    },
  })
}
