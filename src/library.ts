/** What users import, in Node and in pages alike: it needs neither files nor Node. */

// Train a game.
export { recipes } from './recipes/index.ts'
export type {
  GameOptions,
  Recipe,
  RecipeDefaults,
  RecipeOptions,
  SettingsInput,
  SettingsShape,
} from './recipes/index.ts'
export { createTrainer } from './gan/trainer.ts'
export type { StepReport, Trainer, TrainerOptions, TrainingData } from './gan/trainer.ts'

// See what came of it, and take it along.
export { composeGrid } from './runs/grid.ts'
export type { GridImages, GridOptions, Picture } from './runs/grid.ts'
export { imagesOf } from './runs/samples.ts'
export { exportGenerator } from './runs/export-generator.ts'

// Make a game.
export type { DataRange } from './gan/data.ts'
export type { Game, Report } from './gan/game.ts'
export { objectives } from './gan/objectives.ts'
export type { Objective, ObjectiveName } from './gan/objectives.ts'
export { r1, r2 } from './gan/penalties.ts'
export type { Penalty } from './gan/penalties.ts'
export { corruptedData, normalPrior, uniformPrior } from './gan/priors.ts'
export type { LatentContext, Prior } from './gan/priors.ts'
/** Layers of players, and how their variables begin: values that can be stacked, or written by hand. */
export * as layers from './nn/index.ts'
/** Rules that move parameters against their gradients, and schedules for their numbers. */
export * as optimizers from './optim/index.ts'

// Make a step of any kind: trace it with operations, differentiate it, compile it.
/** The operations that tensors are made with. Each checks shapes and types, and throws a UserError where they do not fit. */
export * as operations from './tensor/operations/index.ts'
/** Functions made of operations: powers, softmax, moments, dropout and others. */
export * as composite from './tensor/composite.ts'
export { grad, gradients } from './tensor/grad.ts'
export { withPath } from './tensor/tensor.ts'
export type { DType, Operand, Shape, Tensor } from './tensor/tensor.ts'
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
export type { ExportOptions, ModelGraph, NamedTensor } from './onnx/export.ts'
export { UserError } from './tensor/errors.ts'
