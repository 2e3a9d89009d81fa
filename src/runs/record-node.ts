import { availableParallelism, cpus } from 'node:os'
import type { OpenRun } from './run.ts'
import { forgerVersion } from './version-node.ts'
import { writeWholeFile } from './whole-file-node.ts'

/** Writes options.json: all that is needed to have the same run again, and on what it ran. */
export async function writeRecord({ folder, options, plan, source, trainer }: Omit<OpenRun, 'close'>): Promise<void> {
  const { device } = trainer
  const record = {
    started: new Date().toISOString(),
    options: {
      ...options,
      batch: plan.batch,
      learningRate: plan.learningRate,
      steps: plan.limits.steps,
      minutes: plan.limits.seconds === null ? null : plan.limits.seconds / 60,
      out: folder.path,
      threads: device.engine.threads,
    },
    data: { name: source.name, count: source.count, shape: source.shape, fingerprint: source.fingerprint() },
    versions: { forger: forgerVersion(), node: process.versions.node, v8: process.versions.v8 },
    machine: { processor: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() },
  }
  await writeWholeFile(folder.options, `${JSON.stringify(record, null, 2)}\n`)
}
