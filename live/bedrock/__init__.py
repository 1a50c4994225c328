"""A stand-in for Amazon Bedrock: its API, event streams, signatures and rights, with answers made up on the spot."""
