import { oneHot } from '../../tensor/composite.ts'
import { broadcast, concat } from '../../tensor/operations/index.ts'
import { shapeError } from '../../tensor/tensor.ts'
import { noVariables } from '../layer.ts'
import type { Layer } from '../layer.ts'
import { classesIn, requireClasses } from './class-field.ts'
import { perSample } from './per-sample.ts'

/**
 * Appends the class to the last axis: a 1 in its own place and zeros in those of the others (Mirza and Osindero 2014).
 * Vectors [batch, n] become [batch, n + classes]; images get as many constant planes.
 */
export const concatenation = (classes: number): Layer => ({
  name: 'concatenation',
  mixesBatch: false,
  init(shape, _random, given) {
    requireClasses(given, classes, 'concatenation')
    if (shape.length === 0) throw shapeError('concatenation', [shape], 'needs an axis to append to')
    return { ...noVariables, shape: [...shape.slice(0, -1), shape[shape.length - 1] + classes] }
  },
  apply(_variables, x, mode) {
    const code = oneHot(classesIn(mode, 'concatenation'), classes)
    const planes = broadcast(perSample(code, x), [...x.shape.slice(0, -1), classes])
    return { output: concat([x, planes], -1), buffers: {} }
  },
})
