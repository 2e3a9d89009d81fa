/**
 * A restricted Boltzmann machine (Smolensky 1986; Hinton 2002) over pixels and classes together (Larochelle and Bengio 2008,
 * Classification using discriminative restricted Boltzmann machines): a belief net of a single layer.
 */
import { deepBeliefNet } from './deep-belief-net.ts'
import type { LayerOptions } from './deep-belief-net.ts'
import type { ChainOptions } from './boltzmann/gibbs-chain.ts'
import type { Generative } from './baseline-model.ts'

/** How the machine learns, and how its samples are drawn. */
export interface BoltzmannOptions extends LayerOptions {
  readonly chain?: Partial<ChainOptions>
}

export const restrictedBoltzmannMachine = ({ chain = {}, ...layer }: BoltzmannOptions = {}): Generative => ({
  ...deepBeliefNet({ layers: [layer], chain }),
  name: 'restricted Boltzmann machine',
})
