"""Whether AWS runs what a stack registered: for `make verify`, and for the program itself."""
