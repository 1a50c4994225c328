"""The way over from CloudFormation: read a live stack, map it to this program's resources, tell what will differ."""
