import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { addData } from '../../src/cli/data.ts'
import { writeNpy } from '../../src/data/npy.ts'
import { folderWithImages, runForger } from './forger.ts'
import { terminal } from './terminal/screen.ts'

let folder = ''
beforeAll(async () => {
  folder = folderWithImages()
  // Eight pictures in color, of two classes: the first half red, the other blue.
  const pixels = Float32Array.from({ length: 8 * 48 }, (_, at) => (at % 3 === (at < 4 * 48 ? 0 : 2) ? 1 : 0))
  writeFileSync(join(folder, 'x.npy'), writeNpy([8, 4, 4, 3], pixels))
  writeFileSync(join(folder, 'y.npy'), writeNpy([8], Uint8Array.of(3, 3, 3, 3, 7, 7, 7, 7)))
  mkdirSync(join(folder, 'faces'))
  for (const [name, value] of Object.entries({ 'a.png': 100, 'b.jpg': 200 })) {
    await sharp({ create: { width: 8, height: 6, channels: 3, background: { r: value, g: value, b: value } } }).toFile(
      join(folder, 'faces', name),
    )
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

const told = (...args: readonly string[]) => runForger(folder, 'data', ...args)

describe('forger data', () => {
  it('tells what is in MNIST', async () => {
    const { status, stdout, stderr } = await told('mnist', '--split', 'test')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(
      /^mnist test\n\n {2}images {7}10,000 of 28 x 28, gray, 7\.84 MB\n {2}pixels {7}from 0 to 255\n/,
    )
    // Known of the test digits: their mean and deviation as shares of white, and how many there are of each.
    expect(stdout).toMatch(/^ {2}mean {9}33\.8 \(0\.1325\)\n {2}deviation {4}79\.2 \(0\.3105\)$/m)
    const counts = [...stdout.matchAll(/^ {2}(?:classes| {7}) {6}(\d) {2} *([\d,]+) {2}█+$/gm)].map(
      ([, , count]) => count,
    )
    expect(counts).toEqual(['980', '1,135', '1,032', '1,010', '982', '892', '958', '1,028', '974', '1,009'])
    expect(stdout).toMatch(/^ {2}fingerprint {2}[0-9a-f]{32}$/m)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('tells the same as JSON, on one line', async () => {
    const { status, stdout } = await told('npy:x.npy,y.npy', '--json')
    expect(status).toBe(0)
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(JSON.parse(stdout)).toEqual({
      name: 'npy:x.npy,y.npy',
      count: 8,
      shape: [4, 4, 3],
      bytes: 384,
      pixels: { lowest: 0, highest: 255, mean: [127.5, 0, 127.5], deviation: [127.5, 0, 127.5] },
      classes: [
        { label: 3, name: null, count: 4 },
        { label: 7, name: null, count: 4 },
      ],
      fields: {},
      notes: [],
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      picture: null,
    })
  })

  it('reads a folder of pictures, and shows color and gray for what they are', async () => {
    const grey = await told('images:faces')
    expect(grey.stdout).toContain('images       2 of 6 x 8, gray, 96 bytes')
    expect(grey.stdout).toContain('classes      no labels')
    const colored = await told('npy:x.npy,y.npy')
    expect(colored.stdout).toContain('mean         red 127.5 (0.5000)  green 0.0 (0.0000)  blue 127.5 (0.5000)')
    expect(colored.stdout).toMatch(/classes {6}3 {2}4 {2}█+\n {15}7 {2}4 {2}█+\n/)
  })

  it('tells of points, and draws all of them', async () => {
    const { stdout } = await told('toy:grid', '--split', 'test', '--out', 'grid.png')
    expect(stdout).toMatch(
      /^toy:grid test\n\n {2}points {7}10,000 in the plane, 80\.0 kB\n {2}from {9}-4\.\d{3}, -4\.\d{3}\n/,
    )
    expect(stdout).toContain('modes        25, each of deviation 0.05\n  classes      25, each of 400 points\n')
    expect(stdout).toContain('picture      grid.png\n')
    const { width, height } = await sharp(join(folder, 'grid.png')).metadata()
    expect(width).toBe(height)
    rmSync(join(folder, 'grid.png'))
    const json = JSON.parse((await told('toy:ring', '--json')).stdout)
    expect(json).toMatchObject({ count: 100_000, shape: [2], bytes: 800_000, modes: { count: 8, deviation: 0.02 } })
    expect(json.points.mean[0]).toBeCloseTo(0, 3)
    expect(json.points.deviation[0]).toBeCloseTo(Math.SQRT2, 2)
  })

  it('tells of classes in sub-folders, and of what is left out', async () => {
    for (const name of ['cats', 'dogs']) {
      mkdirSync(join(folder, 'animals', name), { recursive: true })
      for (let index = 0; index < 5; index++) {
        const picture = sharp({ create: { width: 20, height: 10 + index, channels: 3, background: 'red' } })
        await picture.toFile(join(folder, 'animals', name, `${index}.png`))
      }
    }
    writeFileSync(join(folder, 'animals/dogs/0.png'), 'no picture')
    const { status, stdout, stderr } = await told('images:animals,12x8')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toContain('images       9 of 8 x 12, color, 2.59 kB')
    expect(stdout).toMatch(/classes {6}cats {2}5 {2}█+\n {15}dogs {2}4 {2}█+\n/)
    expect(stdout).toMatch(
      /note {9}1 of the 10 pictures in animals cannot be read and is left out: animals\/dogs\/0\.png \(/,
    )
  })

  it('shows the source of each image at its left, and says what an example has', async () => {
    const { status, stdout } = await told('pairs:npy:x.npy+npy:x.npy,y.npy', '--count', '4', '--out', 'pairs.png')
    expect(status).toBe(0)
    expect(stdout).toContain('  fields       image, class, source (4 x 4, color)\n')
    const { data, info } = await sharp(join(folder, 'pairs.png')).raw().toBuffer({ resolveWithObject: true })
    // Two columns of pairs and two rows. A pair is 9 pixels wide with the one between its images, each of 12 x 12.
    const scale = 12
    expect(info).toMatchObject({ width: 2 * 9 * scale + 4, height: 2 * 4 * scale + 4, channels: 3 })
    const color = (x: number) => [...data.subarray(3 * x, 3 * x + 3)]
    expect([color(0), color(4 * scale - 1), color(4 * scale), color(5 * scale)]).toEqual([
      [255, 0, 0],
      [255, 0, 0],
      [40, 40, 40],
      [255, 0, 0],
    ])
    expect([color(9 * scale), color(9 * scale + 4)]).toEqual([
      [40, 40, 40],
      [0, 0, 255],
    ])
    rmSync(join(folder, 'pairs.png'))
    const json: unknown = JSON.parse((await told('pairs:npy:x.npy+npy:x.npy', '--json')).stdout)
    expect(json).toHaveProperty('fields', { source: { kind: 'numbers', shape: [4, 4, 3], range: 'signed' } })
  })

  it('says when pixels were saved from 0 to 1 as whole numbers', async () => {
    writeFileSync(join(folder, 'dark.npy'), writeNpy([1, 1, 2], Uint8Array.of(0, 1)))
    expect((await told('npy:dark.npy')).stdout).toContain(
      'pixels       from 0 to 1: black to the eye, for 255 is white',
    )
    rmSync(join(folder, 'dark.npy'))
  })

  it('writes a picture: a column for each class, enlarged, over a file of the same name', async () => {
    writeFileSync(join(folder, 'grid.png'), 'an older one')
    const { status, stdout } = await told('npy:x.npy,y.npy', '--count', '6', '--out', 'grid.png')
    expect(status).toBe(0)
    expect(stdout).toContain('picture      grid.png, 6 of them, chosen by seed 0')
    const { data, info } = await sharp(join(folder, 'grid.png')).raw().toBuffer({ resolveWithObject: true })
    // Two columns and three rows of images of 4 x 4, each pixel 14 x 14, with 4 between.
    expect(info).toMatchObject({ width: 2 * 56 + 4, height: 3 * 56 + 2 * 4, channels: 3 })
    const color = (x: number, y: number) => [...data.subarray(3 * (y * info.width + x), 3 * (y * info.width + x) + 3)]
    for (const y of [0, 60, 120]) {
      expect(color(0, y)).toEqual([255, 0, 0])
      expect(color(60, y)).toEqual([0, 0, 255])
      expect(color(57, y)).toEqual([40, 40, 40])
    }
    rmSync(join(folder, 'grid.png'))
  })

  it('chooses by the seed', async () => {
    const picture = async (...args: readonly string[]) => {
      const { stdout } = await told('idx:images.idx', '--json', '--count', '5', '--out', 'some.png', ...args)
      expect(JSON.parse(stdout)).toMatchObject({ count: 96, picture: { file: 'some.png', images: 5 } })
      const bytes = readFileSync(join(folder, 'some.png'))
      rmSync(join(folder, 'some.png'))
      return bytes
    }
    const first = await picture()
    expect(await picture('--seed', '0')).toEqual(first)
    expect(await picture('--seed', '1')).not.toEqual(first)
  })

  it.each<[what: string, args: readonly string[], sentence: RegExp]>([
    ['no data', [], /The argument <source> is missing/],
    ['unknown data', ['mnits'], /Unknown data "mnits"; did you mean "mnist"\?/],
    ['a missing folder of pictures', ['images:none'], /Cannot read none: there is no such folder\./],
    ['a broken file', ['npy:images.idx'], /images\.idx is not a \.npy file/],
    ['a part that is not there', ['npy:x.npy', '--split', 'test'], /"npy:x\.npy" has no separate test part/],
    ['an unknown part', ['mnist', '--split', 'all'], /--split takes train or test, not "all"\./],
    ['a count of none', ['idx:images.idx', '--count', '0'], /--count takes a whole number from 1 to 10000, not "0"\./],
    [
      'a picture of another kind',
      ['npy:x.npy', '--out', 'y.npy'],
      /--out takes the path of a \.png file, not "y\.npy"\./,
    ],
    [
      'a missing folder',
      ['npy:x.npy', '--out', 'no/grid.png'],
      /Cannot write no\/grid\.png: its folder does not exist\./,
    ],
    ['a folder in the way', ['npy:x.npy', '--out', 'folder.png'], /Cannot write folder\.png: /],
  ])('tells of %s in one sentence, and leaves nothing behind', async (_, args, sentence) => {
    mkdirSync(join(folder, 'folder.png'), { recursive: true })
    const before = readdirSync(folder)
    const { status, stdout, stderr } = await told(...args)
    expect(stderr).toMatch(sentence)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(readdirSync(folder)).toEqual(before)
  })

  it('has help with all data, and examples', async () => {
    const { stdout } = await told('--help')
    expect(stdout).toMatch(/Data:\n {2}mnist [^]*\n {2}images:FOLDER\[,SIZE\] /)
    expect(stdout).toMatch(/Examples:\n {2}forger data mnist /)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })
})

describe('forger data in a terminal', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  async function shown(pictures: string, ...args: readonly string[]) {
    vi.stubEnv('FORGER_PICTURES', pictures)
    vi.stubEnv('TERM', 'xterm-256color')
    const screen = terminal(80, 40)
    const program = new Command()
    const output = { ...screen, write: (text: string) => screen.write(text), isTTY: true, getColorDepth: () => 24 }
    addData(program, output)
    await program.parseAsync(['data', `npy:${join(folder, 'x.npy')},${join(folder, 'y.npy')}`, ...args], {
      from: 'user',
    })
    return screen
  }

  it('shows images of each class above the text', async () => {
    const screen = await shown('blocks')
    const colors = new Set(
      screen.cells().flatMap((line) => line.flatMap(({ foreground, background }) => [foreground, background])),
    )
    expect(colors).toContain('255,0,0')
    expect(colors).toContain('0,0,255')
    const text = screen.text()
    const begin = text.findIndex((line) => line.startsWith('npy:'))
    expect(begin).toBeGreaterThan(2)
    expect(screen.cells().findLastIndex((line) => line.some(({ background }) => background !== ''))).toBeLessThan(begin)
    expect(text.join('\n')).toContain('images       8 of 4 x 4, color')
    expect(screen.cursorVisible()).toBe(true)
  })

  it.each([
    ['pictures are not wanted', 'none', []],
    ['JSON is', 'blocks', ['--json']],
    ['a picture is written', 'blocks', ['--out', 'GRID']],
  ] as const)('shows text alone where %s', async (_, pictures, args) => {
    const out = join(folder, 'terminal.png')
    const screen = await shown(pictures, ...args.map((arg) => (arg === 'GRID' ? out : arg)))
    expect(
      screen
        .cells()
        .flat()
        .every(({ background }) => background === ''),
    ).toBe(true)
    expect(screen.text()[0]).not.toBe('')
    rmSync(out, { force: true })
  })
})
