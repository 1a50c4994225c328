"""What the Makefile's recipes call: each module is one command, run as `python -m scripts.<module>`."""
