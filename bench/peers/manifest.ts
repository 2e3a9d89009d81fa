/** The rivals of `npm run bench`, for the driver that alternates them. README.md tells what each is and how it talks. */

export type Game = 'big' | 'small' | 'r1r2'

/** A program that trains one game for as long as it is asked to, over JSON lines. */
export interface Peer {
  /** As the program names itself in its first line. */
  readonly name: string
  /** The program to start; paths are relative to the repository. */
  readonly command: string
  /** Its arguments, which the name of a game follows. */
  readonly args: readonly string[]
  readonly games: readonly Game[]
  /** Its paths that are there once it is installed. */
  readonly needs: readonly string[]
  /** What a person runs to install it. */
  readonly install: string
}

/** A peer's first line, once one step is through. Milliseconds; making the training set is in neither. */
export interface PeerReady {
  readonly ready: true
  readonly name: string
  readonly version: string
  /** From the start of the program until it could train. */
  readonly startup_ms: number
  /** From then until the first result, compiling included. */
  readonly firstStepMs: number
}

/** A peer's answer to `{"steps": n}`. */
export interface PeerReport {
  readonly ms: number
  readonly steps: number
  /** Most memory resident so far, in MB, of the peer's own process. */
  readonly rssMb: number
  /** The last step's losses: discriminator's, generator's. */
  readonly losses: readonly [number, number]
}

const every: readonly Game[] = ['big', 'small', 'r1r2']

const python = (script: string, mode: string, library: string): Peer => ({
  name: `${library}-${mode}`,
  command: 'bench/peers/.venv/bin/python',
  args: [`bench/peers/${script}`, mode],
  games: every,
  needs: ['bench/peers/.venv/bin/python'],
  install: 'node bench/peers/install.mjs python',
})

const javascript = (script: string, mode: string, library: string, packageName: string): Peer => ({
  name: `${library}-${mode}`,
  command: process.execPath,
  args: [`bench/peers/${script}`, mode],
  games: every,
  needs: [`bench/peers/node_modules/${packageName}`],
  install: 'node bench/peers/install.mjs javascript',
})

// onnxruntime-node joins here with a script of its own once the project writes a training step as ONNX.
export const peers: readonly Peer[] = [
  python('torch_peer.py', 'eager', 'torch'),
  python('torch_peer.py', 'foreach', 'torch'),
  python('torch_peer.py', 'fused', 'torch'),
  python('torch_peer.py', 'compile', 'torch'),
  python('jax_peer.py', 'jit', 'jax'),
  python('jax_peer.py', 'scan', 'jax'),
  javascript('jaxjs.mjs', 'jit', 'jax-js', '@jax-js/jax'),
  javascript('jaxjs.mjs', 'threads', 'jax-js', '@jax-js/jax'),
  javascript('tfjs.mjs', 'wasm', 'tfjs', '@tensorflow/tfjs'),
  // Half a second a step in the small game: the big ones would take minutes a round.
  { ...javascript('tfjs.mjs', 'cpu', 'tfjs', '@tensorflow/tfjs'), games: ['small'] },
]
