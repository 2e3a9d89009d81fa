import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build, createLogger, createServer } from 'vite'
import type { InlineConfig, Rolldown } from 'vite'
import { buildPackage } from '../tools/package.ts'
import { repository } from '../tools/tree.ts'
import { launchChromium, softwareWebGpu } from './chromium.ts'
import { onnxruntimeWeb } from './onnxruntime-web.ts'
import { isolation, serveFolder } from './serve.ts'

const page = `<!doctype html><meta charset="utf-8"><title>Somebody's page</title><link rel="icon" href="data:,">
<canvas></canvas><script type="module" src="/main.ts"></script>`

/** Trains, draws a sample, and says what came of it. */
const script = `
import { composeGrid, createTrainer, imagesOf, openDevice, recipes } from 'forger-gan/browser'

const device = await openDevice({ threads: 2 })
// The page names no operation, and has all of them as methods.
const chained = device.variable('x', [2, 3]).tensor.mul(2).softmax().sum({ axes: [1] })
const images = Uint8Array.from({ length: 256 * 36 }, (_, index) => (index * 37) % 256)
const game = recipes.mlp.game({ ...recipes.mlp.defaults, batch: 32, dataShape: [6, 6, 1] })
const trainer = await createTrainer(device, game, { images, count: 256 }, { seed: 1 })
const reports = await trainer.train(20)
const { width, height, pixels } = composeGrid(imagesOf(await trainer.sample(1), game))
await device.close()

const canvas = document.querySelector('canvas') as HTMLCanvasElement
const pen = canvas.getContext('2d') as CanvasRenderingContext2D
const colors = Uint8ClampedArray.from({ length: 4 * width * height }, (_, index) => (index % 4 === 3 ? 255 : pixels[index >> 2]))
pen.putImageData(new ImageData(colors, width, height), 0, 0)
const drawn = pen.getImageData(0, 0, width, height).data.filter((_, index) => index % 4 === 0)
Object.assign(globalThis, {
  outcome: {
    isolated: crossOriginIsolated,
    threads: device.engine.threads,
    chained: chained.shape,
    steps: reports.length,
    finite: reports.every(({ finite }) => finite === 1),
    asDrawn: [...drawn].join() === [...pixels].join(),
    shades: new Set(drawn).size,
  },
})
`

/** Trains on the GPU, by way of a package that the page loads then. */
const scriptForGpu = `
import { createTrainer, openDevice, recipes } from 'forger-gan/browser'

async function train() {
  const accelerator = { name: 'webgpu', library: () => import('onnxruntime-web/webgpu') } as const
  const device = await openDevice({ threads: 1, accelerator })
  const images = Uint8Array.from({ length: 64 * 36 }, (_, index) => (index * 37) % 256)
  const settings = { latent: 5, generator: { units: [12] }, discriminator: { units: [9] } }
  const game = recipes.mlp.game({ ...recipes.mlp.defaults, batch: 8, dataShape: [6, 6, 1], settings })
  const trainer = await createTrainer(device, game, { images, count: 64 }, { seed: 1 })
  const reports = await trainer.train(3)
  await device.close()
  return reports.every(({ finite }) => finite === 1)
}

Object.assign(globalThis, { outcome: { finite: await train() } })
`

let project = ''
let browser: Browser
beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'forger-vite-'))
  buildPackage(join(project, 'built'))
  mkdirSync(join(project, 'node_modules'))
  renameSync(join(project, 'built'), join(project, 'node_modules/forger-gan'))
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
  writeFileSync(join(project, 'index.html'), page)
  writeFileSync(join(project, 'main.ts'), script)
  mkdirSync(join(project, 'gpu'))
  writeFileSync(join(project, 'gpu/index.html'), page)
  writeFileSync(join(project, 'gpu/main.ts'), scriptForGpu)
  if (onnxruntimeWeb !== null) {
    symlinkSync(join(repository, onnxruntimeWeb), join(project, 'node_modules/onnxruntime-web'), 'junction')
  }
  browser = await launchChromium(softwareWebGpu)
}, 120_000)
afterAll(async () => {
  await browser?.close()
  rmSync(project, { recursive: true, force: true })
})

/** Vite as it is, with what it complains about. */
function vite(folder = ''): { config: InlineConfig; complaints: string[] } {
  const complaints: string[] = []
  const complain = (text: string) => void complaints.push(text)
  const customLogger = { ...createLogger('silent'), warn: complain, warnOnce: complain, error: complain }
  return { config: { root: join(project, folder), configFile: false, logLevel: 'warn', customLogger }, complaints }
}

/** What a page loads before it asks for more. */
function loadedAtOnce(chunks: readonly Rolldown.OutputChunk[]): Rolldown.OutputChunk[] {
  const reached = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName))
  for (const name of reached) {
    chunks.find(({ fileName }) => fileName === name)?.imports.forEach((next) => reached.add(next))
  }
  return chunks.filter(({ fileName }) => reached.has(fileName))
}

/** What the page at this address says in the end, and anything that the browser holds against it. */
async function visit(address: string): Promise<{ outcome: unknown; faults: string[] }> {
  const tab = await browser.newPage()
  const faults: string[] = []
  tab.on('pageerror', (error) => faults.push(String(error)))
  tab.on('console', (message) => {
    if (['warning', 'error'].includes(message.type())) faults.push(message.text())
  })
  await tab.goto(address)
  await tab
    .waitForFunction('globalThis.outcome', null, { timeout: 60_000 })
    .catch((error: unknown) => faults.push(String(error)))
  const outcome: unknown = await tab.evaluate('globalThis.outcome')
  await tab.close()
  return { outcome, faults }
}

const trained = (isolated: boolean) => ({
  outcome: {
    isolated,
    threads: isolated ? 2 : 1,
    chained: [2],
    steps: 20,
    finite: true,
    asDrawn: true,
    shades: expect.toSatisfy((shades: number) => shades > 10),
  },
  faults: [],
})

const everywhere = [
  ['on two threads where the page is isolated', true],
  ['on one thread elsewhere', false],
] as const

describe('a page built by Vite', () => {
  let chunks: Rolldown.OutputChunk[] = []
  let assets: Rolldown.OutputAsset[] = []
  let complaints: string[] = []
  beforeAll(async () => {
    const asItIs = vite()
    complaints = asItIs.complaints
    const built = await build(asItIs.config)
    if (!('output' in built)) throw new Error('Vite made something else than one output')
    chunks = built.output.filter((file) => file.type === 'chunk')
    assets = built.output.filter((file) => file.type === 'asset')
  }, 60_000)

  it('comes without a warning', () => {
    expect(complaints).toEqual([])
  })

  it('is small, and holds nothing that belongs to Node', () => {
    const modules = chunks.flatMap(({ modules: parts }) => Object.keys(parts)).map((path) => path.replaceAll('\\', '/'))
    const packages = modules.map((path) => /.*\/node_modules\/((@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'ours')
    const allowed = ['@bufbuild/protobuf', 'forger-gan', 'ours', 'zod']
    expect([...new Set(packages)].filter((name) => !allowed.includes(name))).toEqual([])
    const own = modules.filter((path) => path.includes('/forger-gan/dist/'))
    expect(
      own.filter((path) =>
        /-node\.js$|\/(cli|data)\/(?!nearest|source|classes|image-mean|field-columns|murmur|npy\.)/.test(path),
      ),
    ).toEqual([])
    expect(own.length).toBeGreaterThan(80)
    const workers = assets.filter(({ fileName }) => fileName.endsWith('.js')).map(({ source }) => String(source))
    expect([...chunks.map(({ code }) => code), ...workers].join('\n')).not.toMatch(/["']node:|__vite-browser-external/)
    const bytes = [...loadedAtOnce(chunks).map(({ code }) => code), ...workers]
      .map((code) => gzipSync(code).length)
      .reduce((a, b) => a + b, 0)
    console.log(`the page's scripts: ${(bytes / 1024).toFixed(1)} KiB, packed by gzip`)
    expect(bytes).toBeLessThan(100 * 1024)
  })

  it.each(everywhere)(
    'trains and draws %s',
    async (_, isolated) => {
      const site = await serveFolder(join(project, 'dist'), { isolated })
      expect(await visit(site.origin)).toEqual(trained(isolated))
      await site.close()
    },
    60_000,
  )
})

describe("a page on Vite's development server", () => {
  it.each(everywhere)(
    'trains and draws %s',
    async (_, isolated) => {
      const { config, complaints } = vite()
      const headers = isolated ? isolation : {}
      const server = await createServer({ ...config, server: { host: '127.0.0.1', port: 0, headers } })
      await server.listen()
      expect(await visit(server.resolvedUrls?.local[0] ?? '')).toEqual(trained(isolated))
      expect(complaints).toEqual([])
      await server.close()
    },
    60_000,
  )
})

describe.skipIf(onnxruntimeWeb === null)('a page that trains on the GPU', () => {
  const trainedThere = { outcome: { finite: true }, faults: [] }

  it('is built so that all that this takes is loaded when it is asked for', async () => {
    const built = await build(vite('gpu').config)
    if (!('output' in built)) throw new Error('Vite made something else than one output')
    const atOnce = loadedAtOnce(built.output.filter((file) => file.type === 'chunk'))
    expect(atOnce.flatMap(({ modules }) => Object.keys(modules)).filter((path) => path.includes('onnx'))).toEqual([])
    expect(built.output.map(({ fileName }) => fileName)).toContainEqual(expect.stringMatching(/ort-wasm-.*\.wasm$/))
    const site = await serveFolder(join(project, 'gpu/dist'))
    expect(await visit(site.origin)).toEqual(trainedThere)
    await site.close()
  }, 120_000)

  it("is served by Vite's development server", async () => {
    // The package is a link that leads out of the project.
    const server = await createServer({
      ...vite('gpu').config,
      server: { host: '127.0.0.1', port: 0, fs: { strict: false } },
    })
    await server.listen()
    expect(await visit(server.resolvedUrls?.local[0] ?? '')).toEqual(trainedThere)
    await server.close()
  }, 120_000)
})
