"""What a stack would be, told of a recording: `report` puts the sections together, `__main__` prints it."""
