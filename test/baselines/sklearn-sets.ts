import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { Rows } from '../../src/metrics/statistics/rows.ts'
import type { LabeledRows } from '../../src/baselines/baseline-model.ts'

/** What scikit-learn's model said about the testing rows. */
interface Expected {
  readonly accuracy: number
  /** One digit per row. */
  readonly predictions: string
  /** Of the first rows. */
  readonly probabilities?: readonly (readonly number[])[]
}

interface StoredSet {
  readonly size: number
  readonly classes: number
  readonly labels: string
  readonly rows: string
  readonly mean: readonly number[] | null
  readonly deviation: readonly number[] | null
  readonly models: Readonly<Record<string, Expected>> & {
    readonly decisionTree: { readonly accuracies: readonly number[] }
    readonly shallowTree: { readonly accuracies: readonly number[] }
  }
}

export type SetName = 'iris' | 'wine' | 'digits'

const { sets } = JSON.parse(readFileSync(new URL('../fixtures/sklearn-baselines.json', import.meta.url), 'utf8')) as {
  readonly sets: Readonly<Record<SetName, StoredSet>>
}

export const modelsOf = (name: SetName): StoredSet['models'] => sets[name].models

/** One of scikit-learn's own sets: every third row is for testing. */
export function sklearnSet(name: SetName, standardized = false): { learn: LabeledRows; test: LabeledRows } {
  const { size, classes, labels, rows, mean, deviation } = sets[name]
  const bytes = gunzipSync(Buffer.from(rows, 'base64'))
  const values =
    name === 'digits'
      ? Float32Array.from(bytes, (byte) => byte / 16)
      : new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  const scaled =
    standardized && mean && deviation
      ? values.map((value, i) => (value - mean[i % size]) / deviation[i % size])
      : values
  const part = (wanted: (row: number) => boolean): LabeledRows => {
    const members = Array.from({ length: labels.length }, (_, row) => row).filter(wanted)
    const numbers = new Float32Array(members.length * size)
    members.forEach((row, at) => numbers.set(scaled.subarray(row * size, (row + 1) * size), at * size))
    return {
      rows: { values: numbers, count: members.length, size },
      labels: Int32Array.from(members, (row) => Number(labels[row])),
      classes,
    }
  }
  return { learn: part((row) => row % 3 !== 2), test: part((row) => row % 3 === 2) }
}

/** The likeliest class of each row. */
export const likeliest = ({ values, count, size }: Rows): number[] =>
  Array.from({ length: count }, (_, row) => {
    const ofRow = Array.from(values.subarray(row * size, (row + 1) * size))
    return ofRow.indexOf(Math.max(...ofRow))
  })

export const accuracyOf = (probabilities: Rows, labels: ArrayLike<number>): number =>
  likeliest(probabilities).filter((label, row) => label === labels[row]).length / probabilities.count
