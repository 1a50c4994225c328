"""What differs between two recordings of a stack, and what AWS makes of it: `compare` finds it, `render` tells it.

Reads recordings only; the parts that tell of a single stack (`offline/plan`) know nothing of it.
"""
