"""What several components share: JSON, tags, log groups, security group rules, secrets, look-ups, and what waits.

Every component may import it, and `apps/` may; it imports nothing of the components.
"""
