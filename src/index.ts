/**
 * Forger as a library for Node: games that are ready to train, the parts that they are made of, and the compiler beneath,
 * for steps of your own. See examples/.
 */
export { openNodeDevice as openDevice } from './runtime/open-node.ts'
export type { OpenOptions } from './runtime/open-node.ts'
export { loadSource } from './data/sources.ts'
export type { Source, Split } from './data/source.ts'
export { writePicture } from './runs/picture-node.ts'
export * from './library.ts'
