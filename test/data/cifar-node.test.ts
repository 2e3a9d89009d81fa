import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCifar } from '../../src/data/cifar-node.ts'
import { loadSource } from '../../src/data/sources.ts'
import { damaged } from './damage.ts'
import { expectRefusal, valueOrRefusal } from './refusal.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'forger-cifar-'))
})
afterAll(() => rm(root, { recursive: true }))

/** The byte of a pixel of a made-up image: another one for all that it depends on. */
const byteAt = (image: number, channel: number, y: number, x: number) =>
  (image * 101 + channel * 67 + y * 7 + x * 3) % 256

/** Records as the page of CIFAR describes them: labels, then 1024 red bytes row by row, 1024 green ones, 1024 blue ones. */
function records(first: number, labels: readonly (readonly number[])[]): Uint8Array {
  const all = labels.map((own, index) => {
    const bytes = [...own]
    for (const channel of [0, 1, 2]) {
      for (let y = 0; y < 32; y++) for (let x = 0; x < 32; x++) bytes.push(byteAt(first + index, channel, y, x))
    }
    return bytes
  })
  return Uint8Array.from(all.flat())
}

const names10 = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck']

let folders = 0
async function folderWith(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = join(root, String(++folders))
  await mkdir(folder)
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

const cifar10 = () =>
  folderWith({
    ...Object.fromEntries(
      [1, 2, 3, 4, 5].map((batch) => [`data_batch_${batch}.bin`, records(2 * batch, [[batch], [9]])]),
    ),
    'test_batch.bin': records(50, [[3]]),
    // As it is published, with a blank line at its end.
    'batches.meta.txt': `${names10.join('\n')}\n\n`,
  })

describe('cifar', () => {
  it('reads CIFAR-10: five batches, planes of color side by side, names of classes', async () => {
    const source = await loadCifar(await cifar10(), 'train')
    expect(source).toMatchObject({ name: 'cifar-10 train', count: 10, shape: [32, 32, 3], classes: names10 })
    expect([...(source.labels ?? [])]).toEqual([1, 9, 2, 9, 3, 9, 4, 9, 5, 9])
    for (const [index, image] of [2, 3, 4, 5, 6, 7, 8, 9, 10, 11].entries()) {
      for (const [y, x] of [
        [0, 0],
        [0, 31],
        [17, 5],
        [31, 31],
      ]) {
        const start = ((index * 32 + y) * 32 + x) * 3
        expect([...source.images.subarray(start, start + 3)]).toEqual(
          [0, 1, 2].map((channel) => byteAt(image, channel, y, x)),
        )
      }
    }
  })

  it('reads its test part, by name', async () => {
    const source = await loadSource(`cifar:${await cifar10()}`, 'test')
    expect(source).toMatchObject({ name: 'cifar-10 test', count: 1 })
    expect([...(source.labels ?? [])]).toEqual([3])
  })

  it('reads CIFAR-100 with its fine labels', async () => {
    const folder = await folderWith({
      'train.bin': records(0, [
        [19, 99],
        [0, 4],
      ]),
      'test.bin': records(7, [[1, 2]]),
    })
    const source = await loadCifar(folder, 'train')
    expect(source).toMatchObject({ name: 'cifar-100 train', count: 2, classes: null })
    expect([...(source.labels ?? [])]).toEqual([99, 4])
    expect([...source.images.subarray(0, 3)]).toEqual([0, 1, 2].map((channel) => byteAt(0, channel, 0, 0)))
    expect((await loadCifar(folder, 'test')).count).toBe(1)
  })

  it('names what is missing or wrong', async () => {
    await expectRefusal(loadSource('cifar:'), 'write cifar:FOLDER')
    const empty = await folderWith({})
    await expectRefusal(loadCifar(empty, 'train'), `${empty} holds neither data_batch_1.bin nor train.bin`)
    const part = await folderWith({ 'data_batch_1.bin': records(0, [[1]]) })
    await expectRefusal(loadCifar(part, 'train'), join(part, 'data_batch_2.bin'), 'there is no such file')
    const cut = await folderWith({ 'test_batch.bin': records(0, [[1], [2]]).subarray(0, 5000) })
    await expectRefusal(loadCifar(cut, 'test'), join(cut, 'test_batch.bin'), '5000 bytes', 'no multiple of the 3073')
    const none = await folderWith({ 'test_batch.bin': '' })
    await expectRefusal(loadCifar(none, 'test'), 'it has 0 bytes')
    const odd = await folderWith({ 'test_batch.bin': records(0, [[1], [10]]) })
    await expectRefusal(loadCifar(odd, 'test'), 'gives image 1 the label 10, and labels are below 10')
  })

  it('gives a source or a UserError that names the file, whatever happened to it', async () => {
    const folder = await folderWith({})
    await fc.assert(
      fc.asyncProperty(damaged(records(0, [[1], [2]])), async (bytes) => {
        await writeFile(join(folder, 'test_batch.bin'), bytes)
        const source = await valueOrRefusal(loadCifar(folder, 'test'), 'test_batch.bin')
        if (source !== null) expect(source.images).toHaveLength(3072 * source.count)
      }),
      { numRuns: 100 },
    )
  })
})
