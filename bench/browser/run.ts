/**
 * `npm run bench:browser -- [--games big,small,r1r2] [--peers onnxruntime] [--rounds 9] [--json FILE]`: Forger and its
 * rivals in headless Chromium, side by side, two threads each (docs/benchmarks.md).
 */

import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import * as z from 'zod'
import { forgerVersion } from '../../src/runs/version-node.ts'
import { callInPage, launchChromium } from '../../test/browser/chromium.ts'
import { serveFolder } from '../../test/browser/serve.ts'
import type { Site } from '../../test/browser/serve.ts'
import { parseBenchOptions } from '../options.ts'
import type { GameName } from '../peers/stand-in.ts'
import { Report } from '../peers/talk.ts'
import { gameTable, machineText, targetTable } from '../report.ts'
import type { GameResult } from '../results.ts'
import { takeTurns } from '../rounds.ts'
import type { Contestant } from '../rounds.ts'
import { targetsInPages } from '../targets.ts'

/** A program of bench/browser/pages. */
interface PagePeer {
  readonly name: string
  readonly family: 'forger' | 'javascript'
  readonly module: string
  /** The package it is made from, installed beside the other peers; null for this repository. */
  readonly packageName: string | null
}

const pagePeers: readonly PagePeer[] = [
  { name: 'forger', family: 'forger', module: 'forger.ts', packageName: null },
  { name: 'onnxruntime-web', family: 'javascript', module: 'onnxruntime.mjs', packageName: 'onnxruntime-web' },
  { name: 'jax-js', family: 'javascript', module: 'jaxjs.mjs', packageName: '@jax-js/jax' },
  { name: 'tfjs-wasm', family: 'javascript', module: 'tfjs.mjs', packageName: '@tensorflow/tfjs' },
]

interface PageContestant extends Contestant {
  readonly peer: PagePeer
  readonly firstStepSeconds: number
}

const repository = fileURLToPath(new URL('../..', import.meta.url))
const manifestOf = (packageName: string) => join(repository, 'bench/peers/node_modules', packageName, 'package.json')
const isInstalled = ({ packageName }: PagePeer) => packageName === null || existsSync(manifestOf(packageName))
const Versioned = z.object({ version: z.string() })
const versionOf = ({ packageName }: PagePeer): string =>
  packageName === null
    ? forgerVersion()
    : Versioned.parse(JSON.parse(readFileSync(manifestOf(packageName), 'utf8'))).version

const options = parseBenchOptions(process.argv.slice(2))
const tell = (news: string) => console.error(`  ${news}`)
const wanted = pagePeers.filter(({ name, family }) => family === 'forger' || options.wants(name, family))
const site = await serveFolder(repository)
const browser = await launchChromium()
try {
  const machine = `${machineText()}; Chromium ${browser.version()}`
  console.log(`# ${new Date().toISOString()}\n\n${machine}\n`)
  for (const { name } of wanted.filter((peer) => !isInstalled(peer))) {
    console.log(`${name} is missing: node bench/peers/install.mjs javascript`)
  }
  const results: GameResult[] = []
  for (const game of options.games) {
    const result = await play(game, wanted.filter(isInstalled), browser, site)
    console.log(`${gameTable(result)}\n`)
    results.push(result)
  }
  const targets = results.flatMap(targetsInPages)
  console.log(targetTable(targets))
  if (options.json !== null) {
    await writeFile(options.json, JSON.stringify({ date: new Date(), machine, results, targets }, null, 2))
  }
} finally {
  await browser.close()
  await site.close()
}

async function play(
  game: GameName,
  participants: readonly PagePeer[],
  inBrowser: Browser,
  { origin }: Site,
): Promise<GameResult> {
  const started: PageContestant[] = []
  for (const peer of participants) {
    tell(`${game}: starting ${peer.name}`)
    try {
      started.push(await startPage(peer, game, inBrowser, origin))
    } catch (error) {
      tell(`${peer.name} did not start and is left out: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const timings = await takeTurns(started, options.rounds, (news) => tell(`${game}: ${news}`))
  await Promise.all(started.map((contestant) => contestant.close()))
  const entries = [...timings].map(([{ name, peer, firstStepSeconds }, timing]) => ({
    name,
    family: peer.family,
    version: versionOf(peer),
    firstStepSeconds,
    ...timing,
  }))
  return { game, entries }
}

const Started = z.object({ firstStepMs: z.number() })

/** Opens a page of its own for the peer and has it take its first step. Waiting, none of them was seen to use a core. */
async function startPage(peer: PagePeer, game: GameName, inBrowser: Browser, origin: string): Promise<PageContestant> {
  const context = await inBrowser.newContext()
  const page = await context.newPage()
  await page.goto(origin)
  const call = (name: string, argument: unknown) =>
    callInPage(page, `/bench/browser/pages/${peer.module}`, name, argument)
  const { firstStepMs } = Started.parse(await call('start', game))
  return {
    name: peer.name,
    peer,
    firstStepSeconds: firstStepMs / 1000,
    train: async (steps) => Report.parse(await call('train', steps)),
    close: () => context.close(),
  }
}
