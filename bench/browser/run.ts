/**
 * `npm run bench:browser -- [--games big,small,r1r2] [--peers onnxruntime] [--rounds 9] [--json FILE]`: Forger and its
 * rivals in headless Chromium, side by side, two threads each (docs/benchmarks.md).
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { callInPage, launchChromium } from '../../test/browser/chromium.ts'
import { serveFolder } from '../../test/browser/serve.ts'
import { denseGameNames } from '../peers/stand-in.mjs'
import type { GameName } from '../peers/stand-in.mjs'
import { Report } from '../peers/talk.ts'
import { parseOptions, sideBySide } from '../side-by-side.ts'
import type { Candidate, Starter } from '../side-by-side.ts'
import { targetsInPages } from '../targets.ts'

/** A module of bench/browser/pages and the package that it shows. */
interface PagePeer {
  readonly name: string
  readonly family: 'forger' | 'javascript'
  readonly module: string
  /** Where the package lies, from the repository. */
  readonly package: string
}

const pagePeers: readonly PagePeer[] = [
  { name: 'forger', family: 'forger', module: 'forger.ts', package: '.' },
  ...[
    { name: 'onnxruntime-web', module: 'onnxruntime.mjs', package: 'onnxruntime-web' },
    { name: 'jax-js', module: 'jaxjs.mjs', package: '@jax-js/jax' },
    { name: 'tfjs-wasm', module: 'tfjs.mjs', package: '@tensorflow/tfjs' },
  ].map((peer) => ({ ...peer, family: 'javascript' as const, package: `bench/peers/node_modules/${peer.package}` })),
]

const repository = fileURLToPath(new URL('../..', import.meta.url))
const site = await serveFolder(repository)
const browser = await launchChromium()
try {
  const candidates = pagePeers.map((peer): Candidate => ({
    ...peer,
    games: denseGameNames,
    rehearsals: 0,
    isInstalled: existsSync(manifestOf(peer)),
    install: 'npm run bench:peers -- javascript',
    start: (game) => startPage(peer, game),
  }))
  const options = parseOptions(process.argv.slice(2), denseGameNames)
  await sideBySide(candidates, options, targetsInPages, `; Chromium ${browser.version()}`)
} finally {
  await browser.close()
  await site.close()
}

/** Opens a page of its own for the peer and has it take its first step. Waiting, none of them was seen to use a core. */
async function startPage(peer: PagePeer, game: GameName): Promise<Starter> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(site.origin)
  const call = (name: string, argument: unknown) =>
    callInPage(page, `/bench/browser/pages/${peer.module}`, name, argument)
  const { firstStepMs } = z.object({ firstStepMs: z.number() }).parse(await call('start', game))
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifestOf(peer), 'utf8')))
  return {
    name: peer.name,
    version,
    firstStepSeconds: firstStepMs / 1000,
    train: async (steps) => Report.parse(await call('train', steps)),
    close: () => context.close(),
  }
}

function manifestOf(peer: PagePeer): string {
  return join(repository, peer.package, 'package.json')
}
