"""The shared parts and the one service component that stacks are made of; nothing here reads configuration."""
