import * as operations from '../tensor/operations/index.ts'
import { activation } from './layer.ts'
import type { Layer } from './layer.ts'

export const relu = (): Layer => activation('relu', operations.relu)
export const leakyRelu = (slope = 0.2): Layer => activation('leakyRelu', (x) => operations.leakyRelu(x, slope))
export const tanh = (): Layer => activation('tanh', operations.tanh)
export const sigmoid = (): Layer => activation('sigmoid', operations.sigmoid)
export const softplus = (): Layer => activation('softplus', operations.softplus)
