/** Where a run has its first weights from: the option `from`. */
export interface WeightsOrigin {
  /** The folder of the other run. */
  readonly path: string
  /** Of its checkpoint; null for the best one. */
  readonly step: number | null
  /** A hash of what was taken; null before it was. */
  readonly hash: string | null
}

/** RUN, RUN@STEP or, once it is taken, RUN@STEP:HASH. */
export function parseOrigin(text: string): WeightsOrigin {
  const [, path = text, step, hash] = /^(.+)@(\d{1,15})(?::([0-9a-f]{16}))?$/su.exec(text) ?? []
  return { path, step: step === undefined ? null : Number(step), hash: hash ?? null }
}

/** The same as text. */
export const originText = ({ path, step, hash }: WeightsOrigin): string =>
  `${path}${step === null ? '' : `@${step}`}${hash === null ? '' : `:${hash}`}`
