import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { typescriptLoader } from '../cli/forger.ts'
import { damaged } from './damage.ts'
import { colorPng, encoded, greyPng, held, pictureFolders, pixels, ramp } from './picture-folders.ts'
import { expectRefusal } from './refusal.ts'

const { root, cache, folderWith, load, loadAny } = pictureFolders()

/** Some colored pictures of 4 x 4, each another one. */
async function colored(count: number): Promise<Record<string, Uint8Array>> {
  const names = Array.from({ length: count }, (_, index) => `${String(index).padStart(4, '0')}.png`)
  const files = names.map(
    async (name, index) => [name, await colorPng(4, 4, ramp(48 + index).subarray(index))] as const,
  )
  return Object.fromEntries(await Promise.all(files))
}

/** The one folder of the cache that is about this folder. */
async function placeOf(folder: string): Promise<string> {
  const all = await readdir(join(cache(), 'images'))
  const name = folder.slice(root().length + 1)
  return join(cache(), 'images', all.find((one) => one.startsWith(`${name}-`)) ?? 'nowhere')
}

const filesAbout = async (folder: string) => (await readdir(await placeOf(folder))).toSorted()

describe('the cache of images', () => {
  it('is all that is read once it is made', async () => {
    const folder = await folderWith(await colored(3))
    const path = join(folder, '0001.png')
    const { size } = await stat(path)
    await utimes(path, 1e9, 1e9)
    const first = await load(folder)
    await writeFile(path, new Uint8Array(size))
    await utimes(path, 1e9, 1e9)
    const again = await load(folder)
    expect(again).toMatchObject({ count: 3, shape: [4, 4, 3], notes: [] })
    expect(again.images).toEqual(first.images)
  })

  it('is made again when a picture changes, comes or goes, and the old one is gone', async () => {
    const folder = await folderWith(await colored(3))
    await load(folder)
    const [before] = await filesAbout(folder)
    await writeFile(join(folder, '0001.png'), await greyPng(4, 4, ramp(16)))
    const changed = await load(folder)
    expect([...changed.images.subarray(48, 54)]).toEqual([0, 0, 0, 37, 37, 37])
    await rm(join(folder, '0002.png'))
    expect((await load(folder)).count).toBe(2)
    const files = await filesAbout(folder)
    expect(files).toHaveLength(1)
    expect(files).not.toContain(before)
  })

  it('holds a file for each size that was asked for', async () => {
    const folder = await folderWith(await colored(2))
    await load(folder)
    await load(folder, { width: 2, height: 3 })
    expect((await load(folder)).shape).toEqual([4, 4, 3])
    expect((await filesAbout(folder)).map((name) => name.slice(33))).toEqual(['2x3', 'own'])
  })

  it('is made again when it was damaged, wherever and however', async () => {
    const folder = await folderWith({ 'a/x.png': await greyPng(1, 2, [7, 9]), 'b/y.png': await greyPng(1, 2, [1, 2]) })
    const { images, labels } = await load(folder)
    const path = join(await placeOf(folder), (await filesAbout(folder))[0])
    const good = await readFile(path)
    await fc.assert(
      fc.asyncProperty(damaged(good.subarray(0, 300)), async (start) => {
        await writeFile(path, Buffer.concat([start, good.subarray(start.length)]))
        const source = await load(folder)
        expect(source.images).toEqual(images)
        expect(source.labels).toEqual(labels)
      }),
      { numRuns: 60 },
    )
    await writeFile(path, good.subarray(0, good.length - 1))
    expect((await load(folder)).images).toEqual(images)
  })

  it('loads 5,000 pictures in less than a second', async () => {
    const one = await greyPng(2, 2, [1, 2, 3, 4])
    const folder = await folderWith(
      Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`${index}.png`, one])),
    )
    await load(folder)
    const begin = performance.now()
    expect((await load(folder)).count).toBe(5000)
    expect(performance.now() - begin).toBeLessThan(1000)
  })

  it('says where it cannot be written, and what to do', async () => {
    const folder = await folderWith(await colored(1))
    vi.stubEnv('FORGER_CACHE', join(folder, '0000.png'))
    await expectRefusal(load(folder), 'Prepared images cannot be kept in', 'name another folder by FORGER_CACHE')
    vi.stubEnv('FORGER_CACHE', join(root(), 'cache'))
  })
})

describe('preparing images', () => {
  it('leaves out what cannot be read, up to a tenth, and lists it', async () => {
    const files = { ...(await colored(9)), 'x.png': 'no picture' }
    const folder = await folderWith(files)
    const list = `${join(await placeAfter(folder), (await filesAbout(folder))[0])}.unreadable.txt`
    const note = new RegExp(
      `^1 of the 10 pictures in ${folder} cannot be read and is left out: ${folder}/x\\.png \\(.+\\); ${list} lists them\\.$`,
    )
    for (const source of [await load(folder), await load(folder)]) {
      expect(source.count).toBe(9)
      expect(source.notes).toEqual([expect.stringMatching(note)])
    }
    expect(await readFile(list, 'utf8')).toMatch(/^x\.png\t.+\n$/)
    await writeFile(join(folder, 'y.png'), '')
    await expectRefusal(
      load(folder),
      `2 of the 11 pictures in ${folder} cannot be read, which is more than a tenth: ${folder}/x.png (`,
      `${folder}/y.png (it is empty); convert them to png, jpg, webp, avif, gif or tif`,
    )
    await rm(join(folder, 'x.png'))
    expect((await load(folder)).count).toBe(9)
  })

  async function placeAfter(folder: string): Promise<string> {
    await load(folder)
    return placeOf(folder)
  }

  it('tells how far it is, and nothing where there is nothing to do', async () => {
    const folder = await folderWith(await colored(5))
    const told: (readonly [number, number])[] = []
    const progress = (done: number, total: number) => told.push([done, total])
    await load(folder, null, progress)
    expect(told).toEqual([0, 1, 2, 3, 4, 5].map((done) => [done, 5]))
    await load(folder, null, progress)
    expect(told).toHaveLength(6)
  })

  it('comes to the same twice at once', async () => {
    const folder = await folderWith(await colored(40))
    const [one, other] = await Promise.all([load(folder), load(folder)])
    expect(one.images).toEqual(other.images)
    expect(await filesAbout(folder)).toHaveLength(1)
  })

  it('goes on after it was killed with what was done', async () => {
    // Large enough that a few hundred take a while.
    const large = await encoded(pixels(600, 600, 3, ramp(1_080_000)).jpeg())
    const names = Array.from({ length: 700 }, (_, index) => `${String(index).padStart(3, '0')}.jpg`)
    const folder = await folderWith(Object.fromEntries(names.map((name) => [name, large])))
    const child = spawn(process.execPath, [...typescriptLoader, 'test/data/prepare-child.ts', folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const isFar = new Promise<void>((resolve) => {
      child.stdout.on('data', (text) => {
        if (
          String(text)
            .split('\n')
            .some((line) => Number(line) >= 300)
        )
          resolve()
      })
    })
    await isFar
    child.kill('SIGKILL')
    await once(child, 'exit')
    const left = await filesAbout(folder)
    expect(left.filter((name) => name.endsWith('.records'))).toHaveLength(1)
    // A machine that loses its power may leave half of a record.
    const records = join(await placeOf(folder), left.find((name) => name.endsWith('.records')) ?? '')
    await writeFile(records, Uint8Array.of(1, 2, 3), { flag: 'a' })
    let first = Infinity
    const source = await load(folder, { width: 64, height: 64 }, (done) => (first = Math.min(first, done)))
    expect(first).toBeGreaterThanOrEqual(256)
    expect(source.count).toBe(700)
    expect(await filesAbout(folder)).toHaveLength(1)
    const image = source.images.subarray(0, 64 * 64 * 3)
    for (let index = 1; index < 700; index++) {
      expect(Buffer.compare(source.images.subarray(index * image.length, (index + 1) * image.length), image)).toBe(0)
    }
  })
})

describe('images that are too many to be held', () => {
  it('stay in the file, and are read from there in any order', async () => {
    const folder = await folderWith(
      Object.fromEntries(
        Object.entries(await colored(50)).map(([name, bytes], index) => [`${index % 2}/${name}`, bytes]),
      ),
    )
    const all = await load(folder)
    vi.stubEnv('FORGER_DATA_MEMORY', String(48 * 20))
    const source = await loadAny(folder)
    vi.stubEnv('FORGER_DATA_MEMORY', '')
    if (source.kind !== 'stored') throw new Error('it is held')
    expect(source).toMatchObject({ count: 50, shape: [4, 4, 3], classes: ['0', '1'], labels: all.labels })
    expect(source.store.mostHeld).toBe(10)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(49), { maxLength: 60 }), async (rows) => {
        const expected = rows.flatMap((row) => [...held(all).images.subarray(48 * row, 48 * (row + 1))])
        expect([...(await source.store.read(rows))]).toEqual(expected)
      }),
      { numRuns: 30 },
    )
    expect(source.fingerprint()).not.toBe(all.fingerprint())
  })

  it('need a sensible limit', async () => {
    const folder = await folderWith(await colored(1))
    vi.stubEnv('FORGER_DATA_MEMORY', 'much')
    await expectRefusal(load(folder), 'FORGER_DATA_MEMORY takes a number of bytes, as 1.5e9, not "much".')
    vi.stubEnv('FORGER_DATA_MEMORY', '')
  })
})
