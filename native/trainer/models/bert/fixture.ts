import type { Fixture } from '../family.ts'

export const fixture: Fixture = {
  config: {
    model_type: 'bert',
    architectures: ['BertForSequenceClassification'],
    hidden_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    intermediate_size: 96,
    max_position_embeddings: 64,
    vocab_size: 97,
    type_vocab_size: 2,
  },
  targets: ['attention.self.query', 'attention.self.value', 'output.dense'],
}
