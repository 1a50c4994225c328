"""Runs the Pulumi program without AWS, engine or login, and reports what it would build.

The package imports nothing of the program: it runs `__main__.py` as the Pulumi language host does.
"""
