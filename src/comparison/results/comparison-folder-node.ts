import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { writeNpy } from '../../data/npy.ts'
import type { ImageSet } from '../../metrics/statistics/image-set.ts'
import { UserError } from '../../tensor/errors.ts'
import { measuredFile } from '../../evaluation/evaluation-file-node.ts'
import { fileError } from '../../files/file-error-node.ts'
import { createRunFolder } from '../../runs/folder/create-folder-node.ts'
import { composeGrid } from '../../runs/samples/image-grid.ts'
import { lockFolder } from '../../files/folder-lock-node.ts'
import type { FolderLock } from '../../files/folder-lock-node.ts'
import { closingOnError } from '../../runs/opening/open-run-node.ts'
import { writePicture } from '../../files/write-picture-node.ts'
import { removeLeftovers, writeWholeFile } from '../../files/whole-file-node.ts'
import type { ComparedModel, Comparison } from './comparison.ts'

/** Everything that all numbers of a comparison depend on: what a folder was begun for, and is gone on with alone. */
export type Plan = Readonly<Record<string, string | number | boolean | null>>

/** What was found of a model, and what tells whether it has changed since. */
interface Part {
  readonly identity: string
  readonly model: ComparedModel
}

/** Where the parts of a comparison lie. */
export interface ComparisonFolder {
  readonly path: string
  readonly page: string
  readonly result: string
  /** The folder of a GAN that is trained for it. */
  ganAt(id: string): string
  /** The picture of a model's samples. */
  pictureOf(id: string): string
  /** All that was found before, by the names of models; without what came to harm. */
  readParts(): Promise<ReadonlyMap<string, Part>>
  /** The last thing that is written of a model. */
  writePart(identity: string, part: ComparedModel, samples: ImageSet | null): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the folder of a comparison: the one that was asked for, where it is new or was begun for the same plan, else the next free
 * runs/compare-<number>. Nobody else writes there until it is closed. Throws a UserError where it holds anything else.
 */
export async function openComparisonFolder(wished: string | undefined, plan: Plan): Promise<ComparisonFolder> {
  const known = wished === undefined ? null : await readPlan(wished)
  if (known !== null && wished !== undefined) requireSamePlan(wished, known, plan)
  const made = known === null ? await createRunFolder('compare', wished) : null
  const path = made?.path ?? wished ?? ''
  return closingOnError(made?.discard ?? (async () => {}), async () => {
    const lock = await lockFolder(path)
    return closingOnError(lock.release, async () => {
      if (known === null) await writeWholeFile(planAt(path), `${JSON.stringify(plan, null, 2)}\n`)
      for (const part of ['parts', 'samples', 'gans']) await makeFolder(join(path, part))
      await removeLeftovers(path)
      await removeLeftovers(join(path, 'parts'))
      return folderAt(path, lock)
    })
  })
}

const planAt = (path: string): string => join(path, 'plan.json')

function folderAt(path: string, lock: FolderLock): ComparisonFolder {
  const partAt = (id: string) => join(path, 'parts', `${id}.json`)
  const pictureOf = (id: string) => join(path, 'samples', `${id}.png`)
  return {
    path,
    page: join(path, 'comparison.html'),
    result: join(path, 'comparison.json'),
    ganAt: (id) => join(path, 'gans', id),
    pictureOf,
    async readParts() {
      const parts = new Map<string, Part>()
      for (const name of (await readdir(join(path, 'parts'))).toSorted()) {
        const part = await readJson(join(path, 'parts', name), partFile)
        if (part !== null && name === `${part.model.id}.json`) parts.set(part.model.id, part)
      }
      return parts
    },
    async writePart(identity, model, samples) {
      if (samples !== null) {
        const bytes = Uint8Array.from(samples.values, (value) => Math.round(255 * value))
        await writeWholeFile(
          join(path, 'samples', `${model.id}.npy`),
          writeNpy([samples.count, ...samples.shape], bytes),
        )
        await writePicture(pictureOf(model.id), samplePicture(bytes, samples))
      }
      await writeWholeFile(partAt(model.id), `${JSON.stringify({ identity, model }, null, 2)}\n`)
    },
    close: lock.release,
  }
}

/** Samples in a picture, and how many of them stand in a row. */
const shown = { count: 50, columns: 10 } as const
/** Pictures are enlarged until one image is about this high, in pixels. */
const wishedHeight = 56

/** The first samples, as they came. */
function samplePicture(bytes: Uint8Array, { count, shape }: ImageSet) {
  const some = Math.min(shown.count, count)
  const scale = Math.max(1, Math.round(wishedHeight / shape[0]))
  return composeGrid(
    { images: bytes.subarray(0, some * shape[0] * shape[1] * shape[2]), shape },
    { columns: shown.columns, scale, gap: 2 * scale },
  )
}

/** What a file of JSON holds; null where there is none, or it came to harm. */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch(() => null)
  return text === null ? null : (schema.safeParse(fromJson(text)).data ?? null)
}

/** Null where there is none. */
async function readPlan(path: string): Promise<Plan | null> {
  const text = await readFile(planAt(path), 'utf8').catch(() => null)
  if (text === null) return null
  const plan = planFile.safeParse(fromJson(text)).data
  if (plan === undefined) throw new UserError(`${planAt(path)} is not as Forger wrote it; put it back as it was.`)
  return plan
}

function requireSamePlan(path: string, known: Plan, plan: Plan): void {
  const different = Object.keys({ ...known, ...plan }).find((name) => known[name] !== plan[name])
  if (different === undefined) return
  throw new UserError(
    `The comparison in ${path} was begun with ${different} ${JSON.stringify(known[different] ?? null)}, not ${JSON.stringify(plan[different] ?? null)}; go on with it as it was begun, or name a new folder.`,
  )
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw fileError('make the folder', path, error)
  })
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Writes what is known so far. */
export const writeComparison = (folder: ComparisonFolder, comparison: Comparison): Promise<void> =>
  writeWholeFile(folder.result, `${JSON.stringify(comparison, null, 2)}\n`)

const planFile: z.ZodType<Plan> = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))

const share = z.number().min(0).max(1)

/** Parts of earlier comparisons call the accuracy by another name. */
const withPresentName = (drawing: unknown): unknown =>
  typeof drawing === 'object' && drawing !== null && 'toldApart' in drawing
    ? { ...drawing, twoSampleAccuracy: drawing.toldApart }
    : drawing

const partFile: z.ZodType<Part> = z.object({
  identity: z.string(),
  model: z.object({
    id: z.string(),
    kind: z.enum(['real', 'generative', 'discriminative', 'gan']),
    title: z.string(),
    about: z.string(),
    rows: z.int().nullable(),
    seconds: z.number().nullable(),
    drawing: z.preprocess(
      withPresentName,
      z
        .object({
          parzen: measuredFile,
          fid: measuredFile,
          twoSampleAccuracy: measuredFile,
          millisecondsPerSample: z.number().nullable(),
          needsMarkovChain: z.boolean(),
        })
        .nullable(),
    ),
    naming: z
      .object({
        accuracy: measuredFile,
        calibrationError: share,
        fewLabels: z.array(z.object({ perClass: z.int(), accuracy: share.nullable() })),
        outliers: z.object({ confidence: share.nullable(), evidence: share.nullable() }),
      })
      .nullable(),
    notes: z.array(z.string()),
  }),
})
