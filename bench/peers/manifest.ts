/** The programs of `npm run bench`, for the driver that alternates them. README.md tells what each is and how it talks. */

import { productsOf } from '../products.ts'
import { denseGameNames, denseGameOf, gameNames, imageGameNames } from './stand-in.mjs'
import type { GameName } from './stand-in.mjs'

/** What a target is set against: the fastest of a family counts. */
export type Family = 'forger' | 'torch' | 'jax' | 'onnxruntime' | 'javascript' | 'products' | 'forger-products'

/** A program that trains one game for as long as it is asked to, over JSON lines. */
export interface Peer {
  readonly name: string
  readonly family: Family
  /** The program to start and its arguments; paths are relative to the repository. */
  command(game: GameName): readonly [program: string, ...args: string[]]
  readonly games: readonly GameName[]
  /** How often it is started and ended again before it plays. */
  readonly rehearsals: number
  /** Its paths that are there once it is installed. */
  readonly needs: readonly string[]
  /** What a person runs to install it. */
  readonly install: string
}

/** The games whose products bench/products.ts lists. */
const nonSaturating: readonly GameName[] = ['big', 'small']

/** A program from this repository's own packages. */
const own = (name: string, family: Family, script: string, needs = script): Peer => ({
  name,
  family,
  command: (game) => [process.execPath, script, game],
  games: denseGameNames,
  rehearsals: 0,
  needs: [needs],
  install: 'npm install && npm run build',
})

const venv = 'bench/peers/.venv/bin/python'

const python = (name: string, family: Family, command: (game: GameName) => readonly string[]): Peer => ({
  name,
  family,
  command: (game) => [venv, ...command(game)],
  games: denseGameNames,
  rehearsals: 0,
  needs: [venv],
  install: 'npm run bench:peers -- python',
})

const torch = (mode: string) => python(`torch-${mode}`, 'torch', (game) => ['bench/peers/torch_peer.py', mode, game])
const jax = (mode: string) => python(`jax-${mode}`, 'jax', (game) => ['bench/peers/jax_peer.py', mode, game])

/** The same products as an iteration's, by a library's sgemm. */
const sgemm = (library: string): Peer => ({
  ...python(`sgemm-${library}`, 'products', (game) => [
    'bench/peers/sgemm.py',
    library,
    JSON.stringify(productsOf(denseGameOf(game))),
  ]),
  games: nonSaturating,
})

const javascript = (name: string, script: string, mode: string, packageName: string): Peer => ({
  name: `${name}-${mode}`,
  family: 'javascript',
  command: (game) => [process.execPath, `bench/peers/${script}`, mode, game],
  games: denseGameNames,
  rehearsals: 0,
  needs: [`bench/peers/node_modules/${packageName}`],
  install: 'npm run bench:peers -- javascript',
})

export const peers: readonly Peer[] = [
  // Forger spends a quarter of a second per start on finding out how products are best cut, and remembers it.
  { ...own('forger', 'forger', 'bench/forger-peer.mjs', 'dist/index.js'), games: gameNames, rehearsals: 6 },
  torch('eager'),
  { ...torch('foreach'), games: gameNames },
  torch('fused'),
  torch('compile'),
  // How dense layers lie in memory is the same either way.
  { ...torch('channels-last'), games: imageGameNames },
  { ...torch('channels-last-compile'), games: imageGameNames },
  { ...jax('jit'), games: gameNames },
  jax('scan'),
  own('onnxruntime', 'onnxruntime', 'bench/onnx-peer.ts', 'node_modules/onnxruntime-node'),
  // It plays dcgan28 and dcgan32 too, where a step takes minutes: by hand (README.md).
  javascript('jax-js', 'jaxjs.mjs', 'jit', '@jax-js/jax'),
  javascript('jax-js', 'jaxjs.mjs', 'threads', '@jax-js/jax'),
  javascript('tfjs', 'tfjs.mjs', 'wasm', '@tensorflow/tfjs'),
  // Half a second a step in the small game: the big ones would take minutes a round.
  { ...javascript('tfjs', 'tfjs.mjs', 'cpu', '@tensorflow/tfjs'), games: ['small'] },
  sgemm('torch'),
  sgemm('numpy'),
  { ...own('forger-products', 'forger-products', 'bench/products-peer.ts'), games: nonSaturating, rehearsals: 6 },
]
