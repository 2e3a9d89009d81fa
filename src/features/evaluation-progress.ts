/**
 * Told what an evaluation is at, 'drawing samples', and how far that is where it takes long.
 * @param done of `total`; both 0 where nobody knows.
 */
export type EvaluationProgress = (stage: string, done: number, total: number) => void
