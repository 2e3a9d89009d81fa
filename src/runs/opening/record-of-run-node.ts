import { fieldsBeside } from '../../data/source.ts'
import { classCountOf, latentShapeOf, reportsOf, sampleRangeOf } from '../../gan/game/game.ts'
import { availableParallelism, cpus } from 'node:os'
import { recipeFingerprintOf } from '../../recipes/own.ts'
import { classesOf } from '../../data/classes.ts'
import type { RunRecord } from '../folder/run-record.ts'
import type { PreparedRun } from './open-run.ts'
import { forgerVersion } from '../../files/package-version-node.ts'

/** All that is needed to have the same run again, and on what it ran. */
export function recordOf({ options, plan, source, trainer }: Omit<PreparedRun, 'close'>): RunRecord {
  const { game, device } = trainer
  const { out: _, steps: _steps, minutes: _minutes, ...others } = options
  return {
    started: new Date().toISOString(),
    options: {
      ...others,
      batch: plan.batch,
      learningRate: plan.learningRate,
      threads: device.engine.threads,
      ...limitsOf(plan.limits),
    },
    recipeFingerprint: recipeFingerprintOf(options),
    data: {
      name: source.name,
      count: source.count,
      shape: [...source.shape],
      fingerprint: source.fingerprint(),
      classes: recordedClasses(source),
      fields: recordedFields(source),
    },
    model: {
      latent: [...(latentShapeOf(game) ?? [])],
      prior: game.generation.prior?.name ?? 'none',
      shape: [...source.shape],
      range: source.kind === 'points' ? null : sampleRangeOf(game) === 'signed' ? [-1, 1] : [0, 1],
      classes: classCountOf(game),
      reports: reportsOf(game),
    },
    versions: { forger: forgerVersion(), node: process.versions.node, v8: process.versions.v8 },
    machine: { processor: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() },
    rates: [],
    resumed: [],
  }
}

/** Shapes in a file are lists that may be changed. */
const recordedFields = (source: PreparedRun['source']): RunRecord['data']['fields'] =>
  Object.fromEntries(
    Object.entries(fieldsBeside(source)).map(([name, field]) => [name, { ...field, shape: [...field.shape] }]),
  )

function recordedClasses(source: PreparedRun['source']): RunRecord['data']['classes'] {
  const classes = classesOf(source)
  return classes && { count: classes.count, names: classes.names && [...classes.names] }
}

const limitsOf = ({ steps, seconds }: PreparedRun['plan']['limits']) => ({
  ...(steps === null ? {} : { steps }),
  ...(seconds === null ? {} : { minutes: seconds / 60 }),
})
