import { describe, expect, it } from 'vitest'
import { compareText } from '../../../src/cli/text/comparison-text.ts'
import { someComparison } from '../../comparison/some-comparison.ts'

describe('compareText', () => {
  it('sets models beside each other, and marks the best of each column, real images aside', () => {
    expect(compareText(someComparison(), 100)).toMatchInlineSnapshot(`
      "Models that draw, by 2,500 samples of each (* the best of a column)

                                 Parzen     FID                 C2ST      learned    sample   chain
      Real images           240.0 ± 1.9   0.400    50.0% (49.0–51.0)            –         –       –
      Restricted Boltzmann  140.0 ± 1.9    23.0   99.0% (98.0–100.0)   2 min 12 s   0.25 ms     yes
      machine
      GAN mlp-1             260.0 ± 1.9*   3.25*   90.0% (89.0–91.0)*        60 s*  0.25 ms      no

      Models that name classes

                                    images   right   calibr.      10    sure   likely
      Restricted Boltzmann machine  10,000   90.0%     10.0%   80.0%*  0.750    0.999
      Logistic regression           10,000   91.0%*     9.0%*  70.0%   0.750        –

      Beside images of mnist test; real images are training images in the place of samples, which is what
      can be reached. Parzen: log-likelihood in nats, a poor judge of images (Theis, van den Oord and
      Bethge 2016). FID: in the features of forger-lenet, not of Inception. C2ST: the accuracy of a
      classifier trained to tell samples from real images, where 50% is ideal. Chain: whether a Markov
      chain draws.

      Right: the share of test images. Calibr.: how far confidence is from that, on average. 10, 100,
      1,000: right after learning from so many images of each class. Sure, likely: how often a test image
      is named more surely, or found likelier, than one of fashion test; 0.5 is guessing.

      A note of the whole.

      A note of the run."
    `)
  })

  it('leaves out what was not measured', () => {
    const { models } = someComparison()
    const text = compareText(someComparison({ models: models.slice(0, 1), outliers: null, notes: [] }), 100)
    expect(text).not.toContain('Models that name')
    expect(text).not.toContain('*'.repeat(1) + ' \n')
    expect(text).not.toMatch(/sample {2}|learned {2}/)
  })
})
