"""What several components share and no other folder needs: JSON, tags, rules of security groups, secrets, look-ups.

Imports nothing of the other components.
"""
