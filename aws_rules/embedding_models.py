"""The embedding models that the Bedrock Access Gateway serves, and how long their vectors are."""

from collections.abc import Mapping

VECTOR_LENGTHS: Mapping[str, int] = {
    "amazon.titan-embed-text-v2:0": 1024,
    "amazon.titan-embed-text-v1": 1536,
    "cohere.embed-english-v3": 1024,
    "cohere.embed-multilingual-v3": 1024,
    "amazon.nova-2-multimodal-embeddings-v1:0": 3072,
}
"""Numbers in a vector, by model id.

The ids are those of aws-samples/bedrock-access-gateway, src/api/models/bedrock.py, SUPPORTED_BEDROCK_EMBEDDING_MODELS,
which takes no inference profile. It asks Bedrock for the default lengths: Bedrock user guide, "Amazon Titan Text
Embeddings models" and "Cohere Embed v3"; Nova user guide, "Nova Embeddings schema".
"""

LONGEST_INDEXED_VECTOR = 2000
"""Numbers in a vector that pgvector's HNSW index takes (pgvector README, "HNSW")."""
