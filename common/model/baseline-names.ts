/** The models of a baseline; a file of its own, so that the command line names them without zod. */
export const baselineNames = ['perceptron', 'mlp'] as const
