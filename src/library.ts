/** What users import, in Node and in pages alike: it needs neither files nor Node. */
// oxlint-disable-next-line import/no-unassigned-import -- it adds the operations to tensors as methods
import './tensor/methods.ts'

// Train a game.
export { recipe, recipes } from './recipes/index.ts'
export type {
  GameOptions,
  PassedOn,
  Recipe,
  RecipeDefaults,
  RecipeOptions,
  RecipeText,
  SettingsInput,
  SettingsShape,
} from './recipes/index.ts'
/** Kinds of settings for recipes of your own, each to be given a default and a description. */
export * as settings from './recipes/kinds.ts'
export { createTrainer } from './gan/trainer.ts'
export type { HeldImages, HeldPoints, SampleFacts, StoredImages, TrainingData } from './gan/feed.ts'
export type { StepReport, Trainer, TrainerOptions } from './gan/trainer.ts'
export type { SampleOptions } from './gan/sampler.ts'
export { judgeProgress, usualRule } from './gan/stop-rule.ts'
export type { Check, Judgement, State, StopRule } from './gan/stop-rule.ts'

// See what came of it, and take it along.
export { composeGrid } from './runs/samples/image-grid.ts'
export type { GridImages, GridOptions } from './runs/samples/image-grid.ts'
export type { Picture } from './files/picture.ts'
export { imagesOf } from './runs/samples/sample-images.ts'
export { exportGenerator } from './runs/samples/export-generator.ts'

// Make a game.
export type { DataRange } from './gan/data.ts'
export type { Game, Report } from './gan/game.ts'
export { objectives, smoothed } from './gan/objectives.ts'
export type { Objective, ObjectiveName, TargetObjective } from './gan/objectives.ts'
export { dragan, gradientPenalty, penalties, r1, r2 } from './gan/penalties.ts'
export type { Penalty, PenaltyName, PointsOf } from './gan/penalties.ts'
export { weightClipping } from './gan/constraint.ts'
export type { Constraint } from './gan/constraint.ts'
export { auxiliaryClassifier } from './gan/condition.ts'
export type { Classifier, Condition } from './gan/condition.ts'
export { augmentations } from './gan/augment.ts'
export type { Augmentation } from './gan/augment.ts'
export { corruptedData, normalPrior, uniformPrior } from './gan/priors.ts'
export type { LatentContext, Prior } from './gan/priors.ts'
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
export type { ImageRules, Normalization } from './metrics/seen-images.ts'
export { UserError } from './tensor/errors.ts'
