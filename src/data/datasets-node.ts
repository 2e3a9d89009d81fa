/** Data sets from what a program has at hand, in Node. */
export * from './datasets.ts'
export { fromFolder } from './from-folder-node.ts'
