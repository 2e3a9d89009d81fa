import { describe, expect, it } from 'vitest'
import { byBayesRule } from '../../src/baselines/bayes-rule.ts'
import { decisionTree } from '../../src/baselines/decision-tree.ts'
import { linearSupportVectorMachine } from '../../src/baselines/linear-support-vector-machine.ts'
import { logisticRegression } from '../../src/baselines/logistic-regression.ts'
import type { Discriminative } from '../../src/baselines/baseline-model.ts'
import { bernoulliNaiveBayes, gaussianNaiveBayes } from '../../src/baselines/naive-bayes.ts'
import { pairsOf } from '../../src/baselines/probability/pairwise-coupling.ts'
import { supportVectorMachine } from '../../src/baselines/support-vector-machine.ts'
import { createDevice } from '../../src/runtime/device.ts'
import { inlineEngine } from '../../src/wasm/engine.ts'
import { accuracyOf, likeliest, modelsOf, sklearnSet } from './sklearn-sets.ts'
import type { SetName } from './sklearn-sets.ts'

const names: readonly SetName[] = ['iris', 'wine', 'digits']

/** Which of scikit-learn's models each is held against, and on which sets columns were standardized for both. */
const models: Readonly<Record<string, { model: Discriminative; standardized: readonly SetName[]; only?: SetName }>> = {
  gaussianNaiveBayes: { model: byBayesRule(gaussianNaiveBayes()), standardized: [] },
  bernoulliNaiveBayes: { model: byBayesRule(bernoulliNaiveBayes()), standardized: [], only: 'digits' },
  linearSupportVectorMachine: { model: linearSupportVectorMachine(), standardized: ['iris', 'wine'] },
  supportVectorMachine: { model: supportVectorMachine(), standardized: ['iris', 'wine'] },
  logisticRegression: { model: logisticRegression(), standardized: ['wine'] },
}

const openDevice = () => createDevice(inlineEngine())

async function answersOf(model: Discriminative, name: SetName, standardized = false) {
  const { learn, test } = sklearnSet(name, standardized)
  const fitted = await model.fit(learn, { device: openDevice() })
  const probabilities = await fitted.probabilities(test.rows)
  return { probabilities, labels: test.labels, accuracy: accuracyOf(probabilities, test.labels) }
}

describe.each(Object.entries(models))('%s', (key, { model, standardized, only }) => {
  it.each(names.filter((name) => only === undefined || name === only))(
    'is right about %s as often as scikit-learn, within 1 %',
    async (name) => {
      const expected = modelsOf(name)[key]
      const { probabilities, accuracy } = await answersOf(model, name, standardized.includes(name))
      expect(Math.abs(accuracy - expected.accuracy)).toBeLessThanOrEqual(0.01)
      const same = likeliest(probabilities).filter((label, row) => label === Number(expected.predictions[row])).length
      expect(same / probabilities.count).toBeGreaterThanOrEqual(0.98)
      for (let row = 0; row < probabilities.count; row++) {
        const ofRow = probabilities.values.subarray(row * probabilities.size, (row + 1) * probabilities.size)
        expect(ofRow.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5)
      }
      expected.probabilities?.forEach((ofRow, row) =>
        ofRow.forEach((p, label) => expect(probabilities.values[row * ofRow.length + label]).toBeCloseTo(p, 3)),
      )
    },
  )
})

// scikit-learn's SVC decides by votes, not by probabilities; wine that is not standardized is hard for it.
it.each([
  ['iris', 'supportVectorMachine', true],
  ['wine', 'supportVectorMachine', true],
  ['wine', 'supportVectorMachineRaw', false],
  ['digits', 'supportVectorMachine', false],
] as const)('radial machines vote about %s as scikit-learn does (%s)', async (name, key, standardized) => {
  const { learn, test } = sklearnSet(name, standardized)
  const fitted = await supportVectorMachine().fit(learn, { device: openDevice() })
  const decisions = await fitted.decisions(test.rows)
  const pairs = pairsOf(test.classes)
  const votes = Array.from({ length: test.rows.count }, (_, row) => {
    const counts = Array.from({ length: test.classes }, () => 0)
    pairs.forEach(([first, second], pair) => counts[decisions.values[row * pairs.length + pair] > 0 ? first : second]++)
    return counts.indexOf(Math.max(...counts))
  })
  expect(votes.join('')).toBe(modelsOf(name)[key].predictions)
})

// scikit-learn breaks ties between equal splits by chance; its accuracies are of 100 such trees.
describe.each([
  ['decisionTree', decisionTree()],
  ['shallowTree', decisionTree({ maxDepth: 6, leastLeaf: 3 })],
] as const)('%s', (key, model) => {
  it.each(names)("is right about %s as often as scikit-learn's trees", async (name) => {
    const { accuracy } = await answersOf(model, name)
    const { accuracies } = modelsOf(name)[key]
    expect(accuracy).toBeGreaterThanOrEqual(accuracies[0] - 0.01)
    expect(accuracy).toBeLessThanOrEqual(accuracies[accuracies.length - 1] + 0.01)
    const mean = accuracies.reduce((sum, a) => sum + a, 0) / accuracies.length
    expect(Math.abs(accuracy - mean)).toBeLessThanOrEqual(0.01)
  })
})
