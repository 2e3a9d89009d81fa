import { fetchFile } from '../../files/fetch-file.ts'
import { openPageDevice } from '../../runtime/open-page.ts'
import { UserError } from '../../tensor/errors.ts'
import { bestStepOf } from '../folder/best-step.ts'
import { decodeCheckpoint } from '../folder/checkpoint.ts'
import { parseLog } from '../folder/log-lines.ts'
import { runFiles } from '../folder/run-files.ts'
import { identityOf } from '../folder/run-identity.ts'
import { parseRecord, requireSameRecipe } from '../folder/run-record.ts'
import { planRun } from '../options/run-plan.ts'
import { samplerOf } from './run-sampler.ts'
import type { RunSampler } from './run-sampler.ts'

/**
 * Opens the generator of a run from the address of its folder, for drawing in a page. What it needs of the folder is options.json,
 * log.jsonl and one file of checkpoints/. Throws a UserError where a file is missing or does not fit, or where samples are made from
 * data.
 * @param step of a checkpoint; default the best one that was checked, else the last one.
 */
export async function openPageSampler(folder: string | URL, step?: number): Promise<RunSampler> {
  const base = `${String(folder).replace(/\/+$/, '')}/`
  const fetched = (name: string) => fetchFile(base + name)
  const record = parseRecord(await (await fetched(runFiles.options)).text(), base + runFiles.options)
  requireSameRecipe(base + runFiles.options, record)
  const { options, data } = record
  const wanted = step ?? bestStepIn(await (await fetched(runFiles.log)).text(), record.options)
  if (wanted === null) throw new UserError(`The run in ${base} has no checkpoint yet; wait for its first one.`)
  const path = base + runFiles.checkpointAt(wanted)
  const bytes = new Uint8Array(await (await fetched(runFiles.checkpointAt(wanted))).arrayBuffer())
  const checkpoint = decodeCheckpoint(bytes, path, identityOf(options, planRun(options, data), data.fingerprint))
  const device = await openPageDevice({ strict: options.strict })
  const close = () => device.close()
  try {
    const sampler = await samplerOf(device, { record, checkpoint, path, loadData: refuseData(base, data.name) })
    return { ...sampler, close }
  } catch (error) {
    await close().catch(() => {})
    throw error
  }
}

const refuseData = (base: string, name: string) => (): never => {
  throw new UserError(`Samples of the run in ${base} are made from its data (${name}), which a page has not.`)
}

/** A page cannot list a folder: of a run that has ended, there is a checkpoint at the last line, and at the best check. */
function bestStepIn(log: string, options: Parameters<typeof bestStepOf>[0]): number | null {
  const lines = parseLog(log)
  const steps = new Set(lines.map(({ step }) => step))
  return bestStepOf(
    options,
    [...steps].toSorted((a, b) => a - b),
    lines,
  )
}
