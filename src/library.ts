/** What users import, in Node and in pages alike: it needs neither files nor Node. */

// Train a game.
export { recipes } from './recipes/index.ts'
export type { Recipe, RecipeDefaults, RecipeOptions } from './recipes/index.ts'
export { createTrainer } from './gan/trainer.ts'
export type { StepReport, Trainer, TrainerOptions, TrainingData } from './gan/trainer.ts'

// See what came of it, and take it along.
export { composeGrid } from './runs/grid.ts'
export type { GridImages, GridOptions, Picture } from './runs/grid.ts'
export { imagesOf } from './runs/samples.ts'
export { exportGenerator } from './runs/export-generator.ts'

// Make a game.
export type { Game } from './gan/game.ts'
export { objectives } from './gan/objectives.ts'
export type { Objective, ObjectiveName } from './gan/objectives.ts'
export { r1, r2 } from './gan/penalties.ts'
export type { Penalty } from './gan/penalties.ts'
export { corruptedData, normalPrior, uniformPrior } from './gan/priors.ts'
export type { Prior } from './gan/priors.ts'
export * as layers from './nn/index.ts'
export * as optimizers from './optim/index.ts'

// Make a step of any kind: trace it with operations, differentiate it, compile it.
export * as operations from './tensor/operations/index.ts'
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
export { exportOnnx } from './onnx/export.ts'
export { UserError } from './tensor/errors.ts'
