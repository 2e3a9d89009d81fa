/** Data sets from what a program has at hand, in Node and in pages alike. */
export { fromArrays } from './from-arrays.ts'
export { fromAsyncIterable } from './from-async-iterable.ts'
export { withFields } from './with-fields.ts'
