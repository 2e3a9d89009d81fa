/** What users import, in Node and in pages alike: it needs neither files nor Node. */
// oxlint-disable-next-line import/no-unassigned-import -- it adds the operations to tensors as methods
import './tensor/methods.ts'

// Train a game.
export { recipe, recipes } from './recipes/index.ts'
export type {
  GameOf,
  GameOptions,
  PassedOn,
  Recipe,
  RecipeDefaults,
  RecipeInput,
  RecipeOptions,
  RecipeText,
  SettingsInput,
  SourceOptions,
  TwoPlayerParts,
  SettingsShape,
} from './recipes/index.ts'
/** Kinds of settings for recipes of your own, each to be given a default and a description. */
export * as settings from './recipes/kinds.ts'
export type {
  Column,
  ExampleTable,
  FieldData,
  HeldImages,
  HeldPoints,
  SampleFacts,
  StoredImages,
  TrainingData,
} from './gan/loading/example-table.ts'
/** Data sets from arrays and from examples that come one by one. */
export * as datasets from './data/datasets.ts'
export type {
  ByteImages,
  FloatImages,
  ImageArrays,
  LabelArrays,
  PlanePoints,
  PointArrays,
  SharedFacts,
  SourceArrays,
} from './data/from-arrays.ts'
export type { Stream, StreamedExample, StreamFacts } from './data/from-async-iterable.ts'
export type { PixelBytes, PixelFloats } from './data/pixel-bytes.ts'
export { dataSource } from './data/data-source.ts'
export type { DataRequest, DataSource } from './data/data-source.ts'
export type {
  ImageShape,
  ImageSource,
  ImageStore,
  Labels,
  Modes,
  PointShape,
  PointSource,
  Preparing,
  Source,
  Split,
  StoredSource,
} from './data/source.ts'
export type {
  FieldColumn,
  FieldColumns,
  FieldReader,
  FieldValues,
  HeldColumn,
  ReadColumn,
} from './data/field-columns.ts'
export type { StepReport, Trainer, TrainerOptions, TrainOptions } from './gan/training/trainer.ts'
export type { TrainingProgress, TrainingState } from './gan/game/training-state.ts'
export type { PicturingTrainer, SamplePictureOptions } from './training/picturing-trainer.ts'
export type { RunSampler } from './runs/samples/run-sampler.ts'
export type { SampleOptions, Sampler } from './gan/sampling/sampler.ts'
export { interpolateLatents } from './gan/sampling/latent-interpolation.ts'
export type { InterpolationOptions } from './gan/sampling/latent-interpolation.ts'
export { judgeProgress, usualRule } from './gan/training/stop-rule.ts'
export type { Check, Judgement, State, StopRule } from './gan/training/stop-rule.ts'

// See what came of it, and take it along.
export { composeGrid } from './runs/samples/image-grid.ts'
export type { GridImages, GridOptions } from './runs/samples/image-grid.ts'
export type { Picture } from './files/picture.ts'
export { imagesOf } from './runs/samples/sample-images.ts'
export { exportGenerator } from './runs/samples/export-generator.ts'

// Make a game.
export { twoPlayerGame } from './gan/players/two-player-game.ts'
export type { TwoPlayerGame } from './gan/players/two-player-game.ts'
export type { TwoPlayerSettings, TwoPlayerState, WarmUp } from './gan/players/two-player.ts'
export { classField, imageField, numberField, wordsField } from './tensor/fields.ts'
export type { DataRange, Field, Fields, NumberField, WholeField } from './tensor/fields.ts'
export { charbonnier, featureMatching, l1, l2, mismatched, perceptual, wordsCrossEntropy } from './gan/losses/terms.ts'
export type { FeatureMatching } from './gan/losses/terms.ts'
export type { Known, Scores, Term, Terms } from './gan/losses/term.ts'
export { frozenFeatures } from './metrics/networks/frozen-features.ts'
export type { FrozenFeatureOptions } from './metrics/networks/frozen-features.ts'

// Make a method: a game of any number of players.
export type { Game, GameState, Generation, ReportedScalar, Reports, Stage, Stepped } from './gan/game/game.ts'
export type { ExampleReader } from './gan/examples/example-reader.ts'
export { tracePlayer } from './gan/players/traced-player.ts'
export type { PlayerStart, TracedPlayer } from './gan/players/traced-player.ts'
export type { Batch } from './gan/examples/batch.ts'
export { objectives, smoothed } from './gan/losses/objectives.ts'
export type { Objective, ObjectiveName, TargetObjective } from './gan/losses/objectives.ts'
export { dragan, gradientPenalty, levelBetween, penalties, r1, r2 } from './gan/losses/penalties.ts'
export type { Penalty, PenaltyName, PointsOf } from './gan/losses/penalties.ts'
export { weightClipping } from './gan/losses/constraint.ts'
export type { Constraint } from './gan/losses/constraint.ts'
export { auxiliaryClassifier } from './gan/losses/condition.ts'
export type { Classifier, Condition } from './gan/losses/condition.ts'
export { augmentations } from './gan/priors/augment.ts'
export type { Augmentation } from './gan/priors/augment.ts'
export {
  corruptedData,
  corruptedExample,
  fieldPrior,
  joinedPriors,
  normalPrior,
  uniformPrior,
} from './gan/priors/priors.ts'
export type { LatentContext, Prior, PriorData } from './gan/priors/priors.ts'
export { downscaled, hole, normalNoise } from './gan/priors/corruptions.ts'
export type { Corruption } from './gan/priors/corruptions.ts'
/** Layers of players, and how their variables begin: values that can be stacked, or written by hand. */
export * as layers from './nn/index.ts'
/** Rules that move parameters against their gradients, and schedules for their numbers. */
export * as optimizers from './optim/index.ts'

// Make a step of any kind: trace it with operations, differentiate it, compile it.
/**
 * The operations that tensors are made with. Each checks shapes and types, and throws a UserError where they do not fit. Those whose
 * first argument is a tensor are also its methods, as the functions of `composite` are: `x.matmul(w).add(b).relu()`.
 */
export * as operations from './tensor/operations/index.ts'
/** Functions made of operations: powers, softmax, moments, dropout, pooling, upsampling and others. */
export * as composite from './tensor/composite/index.ts'
export { grad, gradients } from './tensor/grad.ts'
export { withPath } from './tensor/tensor.ts'
export type { Convolution, DType, Operand, Pair, Shape, Tensor } from './tensor/tensor.ts'
export { leavesOf, mapTree } from './tensor/tree.ts'
export type { Tree, Variables } from './tensor/tree.ts'
export { printNest } from './kernels/print.ts'
export { compile } from './runtime/compile.ts'
export { interpret } from './runtime/interpreter.ts'
export type { Program, Step } from './runtime/compile.ts'
export { read, readFloats, write } from './runtime/device.ts'
export type { Device, Variable } from './runtime/device.ts'
export type { Engine } from './wasm/engine.ts'
export type { KernelInfo } from './wasm/program.ts'
export { exportOnnx } from './onnx/export.ts'
export type { ExportOptions, FedTensor, ModelGraph, NamedTensor } from './onnx/export.ts'
export { readOnnx } from './onnx/read/model.ts'
export type { OnnxModel, OnnxReadOptions, OnnxValue, OnnxWeight } from './onnx/read/model.ts'
/** How good samples are: FID, KID, precision and recall, the two-sample test, Parzen windows, PSNR, SSIM and others. */
export * as metrics from './metrics/index.ts'
export { decodeReferenceStatistics, encodeReferenceStatistics } from './features/statistics-file.ts'
export type { ImageRules, Normalization } from './metrics/networks/network-input.ts'
export { UserError } from './tensor/errors.ts'
