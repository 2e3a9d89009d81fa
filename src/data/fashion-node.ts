import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../tensor/errors.ts'
import { loadIdx } from './idx-node.ts'
import { mnistFiles } from './mnist-node.ts'
import type { ImageSource, Split } from './source.ts'

/** Where Debian's package dataset-fashion-mnist puts its files. */
const debianFolder = '/usr/share/datasets/fashion-mnist'

const classes = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
]

/** Fashion-MNIST (Xiao, Rasul and Vollgraf 2017, MIT licence): 60,000 + 10,000 articles of clothing, 28 x 28, grey. */
export async function loadFashion(split: Split, folder: string = debianFolder): Promise<ImageSource> {
  const images = join(folder, `${mnistFiles[split].images}.gz`)
  const labels = join(folder, `${mnistFiles[split].labels}.gz`)
  if (!existsSync(images)) {
    throw new UserError(
      `Fashion-MNIST is not in ${folder}; on Debian or Ubuntu run "apt install dataset-fashion-mnist", elsewhere give its files as idx:IMAGES,LABELS.`,
    )
  }
  return loadIdx({ name: `fashion ${split}`, images, labels, classes })
}
