/**
 * `whole-file-child.ts PATH BYTES`: writes that many bytes once, and says what came of it.
 * `whole-file-child.ts PATH BYTES again`: goes on with the next byte repeated, and the next, until killed.
 */
import { writeWholeFile } from '../../src/files/whole-file-node.ts'

const [path, bytes, again] = process.argv.slice(2)
const content = (value: number) => new Uint8Array(Number(bytes)).fill(value)

if (again === undefined) {
  console.log(await writeWholeFile(path, content(1)).then(() => 'written', String))
} else {
  for (let value = 1; ; value = (value % 255) + 1) {
    await writeWholeFile(path, content(value))
    if (value === 1) console.log('written')
  }
}
