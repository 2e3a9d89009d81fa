/**
 * `npm run bench:agreement -- [GAME ...]`: whether Forger, PyTorch and JAX play the same convolutional games. From equal parameters,
 * samples and latents, the losses of the first steps must be equal but for rounding.
 */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { streams } from '../src/gan/examples/streams.ts'
import { createTrainer } from '../src/gan/training/trainer.ts'
import * as forger from '../src/library.ts'
import { read } from '../src/runtime/device.ts'
import { openNodeDevice } from '../src/runtime/open-node.ts'
import { permute } from '../src/tensor/threefry.ts'
import { gameNamed } from './games.mjs'
import { fillNormal, gameOf, imageGameNames, rules, rulesOf } from './peers/stand-in.mjs'
import type { GameName } from './peers/stand-in.mjs'

/** Adam blows the rounding of small gradients up, so that later steps tell less. */
const steps = 3
const tolerance = 2e-3

const seed = 1

const python = 'bench/peers/.venv/bin/python'
const others: readonly (readonly [script: string, mode: string])[] = [
  ['torch_peer.py', 'foreach'],
  ['torch_peer.py', 'channels-last'],
  ['jax_peer.py', 'jit'],
]

const repository = fileURLToPath(new URL('..', import.meta.url))
const names = process.argv.slice(2)
for (const name of names.length === 0 ? imageGameNames : names.map(gameOf)) {
  const folder = mkdtempSync(join(tmpdir(), 'forger-agreement-'))
  try {
    const ours = await play(name, folder)
    console.log(`${name}: forger ${lossesText(ours)}`)
    for (const [script, mode] of others) {
      const text = execFileSync(python, [`bench/peers/${script}`, mode, name, folder], {
        cwd: repository,
        encoding: 'utf8',
      })
      const theirs = z.array(z.array(z.number())).parse(JSON.parse(text))
      const distance = Math.max(...ours.flatMap((losses, i) => losses.map((loss, j) => Math.abs(loss - theirs[i][j]))))
      const agrees = distance <= tolerance
      console.log(`${name}: ${script} ${mode} ${lossesText(theirs)}: ${agrees ? 'agrees' : `DIFFERS by ${distance}`}`)
      if (!agrees) process.exitCode = 1
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Plays some steps, all with the same latents, and writes down what the others need for the same. */
async function play(name: GameName, folder: string): Promise<number[][]> {
  const { batch, latent, image } = rulesOf(name)
  const size = image.reduce((product, extent) => product * extent)
  // A step draws all of them, in an order that changes from step to step and matters where samples are paired.
  const pixels = Uint8Array.from({ length: batch * size }, (_, i) => {
    const [sample, place] = [Math.floor(i / size), i % size]
    return 127.5 + 127.5 * Math.sin(0.37 * sample + place * (0.01 + 0.003 * sample))
  })
  const latents = [0, 1].map(() => fillNormal(new Float32Array(batch * latent)))
  let drawn = 0
  const game = gameNamed(forger, name)
  const prior = {
    ...game.settings.prior,
    sample: () => forger.operations.literal([...latents[drawn++ % latents.length]], [batch, latent]),
  }
  const device = await openNodeDevice({ threads: rules.threads })
  try {
    const trainer = await createTrainer(
      device,
      forger.twoPlayerGame({ ...game.settings, prior }),
      { images: pixels, count: batch },
      { seed },
    )
    const parameters = [...trainer.variables].filter(([path]) => /^(generator|discriminator)\.parameters\./.test(path))
    const shapes = parameters.map(([, variable], i) => {
      writeFileSync(join(folder, `${i}.bin`), Float32Array.from(read(device, variable)))
      return variable.tensor.shape
    })
    latents.forEach((values, i) => writeFileSync(join(folder, `latents${i}.bin`), values))
    for (let step = 0; step < steps; step++) {
      const rows = Array.from({ length: batch }, (_, at) => permute([seed, 0], streams.shuffle, step, batch, at))
      const real = rows.map((row) => pixels.subarray(row * size, (row + 1) * size))
      writeFileSync(join(folder, `real${step}.bin`), Buffer.concat(real))
    }
    const facts = { parameters: shapes, latents: [batch, latent], real: [batch, size], steps }
    writeFileSync(join(folder, 'facts.json'), JSON.stringify(facts))
    return (await trainer.train(steps)).map((report) => [report.discriminatorLoss, report.generatorLoss])
  } finally {
    await device.engine.close()
  }
}

function lossesText(losses: readonly (readonly number[])[]): string {
  return losses.map((pair) => pair.map((loss) => loss.toFixed(4)).join(' ')).join(', ')
}
