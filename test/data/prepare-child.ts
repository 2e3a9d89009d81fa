// Prepares the pictures of a folder, and tells how far it is, so that somebody can kill it.
import { loadImages } from '../../src/data/images-node.ts'

const [folder] = process.argv.slice(2)
await loadImages({
  name: 'images',
  folder,
  size: { width: 64, height: 64 },
  progress: (done) => process.stdout.write(`${done}\n`),
})
