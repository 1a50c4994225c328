"""The parts of a plan: each module reads facts from a `Recording` and renders them."""
