/** Data sets from what a program has at hand, in a page. */
export * from './datasets.ts'
export { fromPictures } from './from-pictures-page.ts'
