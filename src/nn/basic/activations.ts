import * as operations from '../../tensor/operations/index.ts'
import { activation } from '../layer.ts'
import type { Layer } from '../layer.ts'

/** max(x, 0). */
export const relu = (): Layer => activation('relu', operations.relu)
/** x where it is positive, slope * x elsewhere; slope in [0, 1]. */
export const leakyRelu = (slope = 0.2): Layer => activation('leakyRelu', (x) => operations.leakyRelu(x, slope))
/** The hyperbolic tangent: outputs in (-1, 1). */
export const tanh = (): Layer => activation('tanh', operations.tanh)
/** 1 / (1 + exp(-x)): outputs in (0, 1). */
export const sigmoid = (): Layer => activation('sigmoid', operations.sigmoid)
/** log(1 + exp(x)): a rectifier without a corner. */
export const softplus = (): Layer => activation('softplus', operations.softplus)
