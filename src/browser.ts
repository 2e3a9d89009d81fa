/**
 * Forger as a library for web pages: what needs neither files nor Node. Programs run on workers, with all cores where the page is
 * cross-origin isolated (headers COOP and COEP), and beside them on a GPU where the page wants that.
 * @module forger-gan/browser
 */
export { openPageDevice as openDevice } from './runtime/open-page.ts'
export type { OpenPageOptions } from './runtime/open-page.ts'
export type { PageAccelerator } from './runtime/ort-page.ts'
export type { OrtLibrary } from './runtime/ort.ts'
export { createPageTrainer as createTrainer, loadPageTrainer as loadTrainer } from './training/page-trainer.ts'
export type { PageTrainer } from './training/page-trainer.ts'
export { openPageSampler as openSampler } from './runs/samples/page-sampler.ts'
/** Data sets from arrays, from examples that come one by one, and from pictures. */
export * as datasets from './data/datasets-page.ts'
export type { PictureOptions } from './data/from-pictures-page.ts'
export type { PictureSize } from './data/picture-size.ts'
export * from './library.ts'
