import type { SampleShape } from '../../data/source.ts'
import type { Reports } from '../../gan/game/game.ts'
import type { Check, Judgement } from '../../gan/training/stop-rule.ts'
import type { Evaluation } from '../../evaluation/evaluation.ts'
import type { EmbeddedPicture } from '../../files/picture.ts'
import type { RunRecord } from '../../runs/folder/run-record.ts'
import type { MeansLine, RollbackLine } from '../../runs/folder/log-lines.ts'

/** What the exported generator takes and gives. */
export interface ModelFacts {
  /** The shape of one latent. */
  readonly latent: readonly number[]
  /** The name of the prior. */
  readonly prior: string
  /** The shape of one sample. */
  readonly shape: SampleShape
  /** The numbers of the darkest and of the lightest pixel; null where samples are points. */
  readonly range: readonly [low: number, high: number] | null
  /** How many classes it can be asked for, as `label`; null where it has learned none. */
  readonly classes: number | null
}

/** Something that the run was told, or that was decided for it. */
export interface OptionFact {
  /** Where it stands among the options: ['sampleEvery'], or ['game', 'latent'] for a setting of the recipe's own. */
  readonly path: readonly [string, ...string[]]
  readonly description: string
  /** Undefined where the run has none. */
  readonly value: unknown
  /** What it is with this recipe where nothing is told; undefined where there is no such value. */
  readonly usual: unknown
}

/** How a run was judged on the way. */
export interface ChecksFacts {
  /** In the order of their steps; at least one. */
  readonly checks: readonly Check[]
  /** What they come to. */
  readonly judgement: Judgement
  /** Whether the run was ended by that. */
  readonly hasStopped: boolean
  /** What its distances are. */
  readonly distance: string
  /** The step that pictures and model are of. */
  readonly kept: number | null
}

/** Everything that a report tells of a run. */
export interface ReportFacts {
  /** Of the run's folder. */
  readonly name: string
  readonly recipe: { readonly name: string; readonly summary: string }
  readonly data: {
    readonly name: string
    readonly count: number
    readonly shape: SampleShape
    readonly fingerprint: string
  }
  /** ISO 8601. */
  readonly started: string
  /** Steps done. */
  readonly step: number
  /** How often the data were read; often no whole number. */
  readonly epochs: number
  /** Of training. */
  readonly seconds: number
  /** In the order in which they are documented. */
  readonly options: readonly OptionFact[]
  /** Every time that the run was resumed, and what was changed then. */
  readonly resumed: RunRecord['resumed']
  readonly versions: Readonly<Record<string, string>>
  readonly machine: Readonly<Record<string, string | number>>
  /** In the order of their steps. */
  readonly log: readonly MeansLine[]
  /** How what the game reports is shown. */
  readonly reports: Reports
  readonly rollbacks: readonly RollbackLine[]
  /** Null where nobody judged it on the way. */
  readonly checking: ChecksFacts | null
  /** Samples of the same latents each time, in the order of their steps. */
  readonly pictures: readonly { readonly step: number; readonly picture: EmbeddedPicture }[]
  /** The large one at the end of the run, where it has come to one. */
  readonly final: EmbeddedPicture | null
  /** What the samples are worth; null where nobody evaluated the run. */
  readonly evaluation: Evaluation | null
  /** Samples beside their nearest training images, where it was evaluated. */
  readonly neighbors: EmbeddedPicture | null
  /** Samples on the way from latent to latent, where it was evaluated. */
  readonly interpolations: EmbeddedPicture | null
  /** Whether evolution.webp lies beside the page. */
  readonly evolution: boolean
  /** Null where there is no generator.onnx. */
  readonly model: ModelFacts | null
}
