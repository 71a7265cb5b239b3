export { EmbedderStore, type KeptEmbedder } from './embedder-store.ts'
export { EmbeddingService } from './embedding-service.ts'
export { Embeddings, type Read } from './embeddings.ts'
