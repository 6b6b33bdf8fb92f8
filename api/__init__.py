"""A thin front: writes down what people said and carries it to the workflow that owns the complaint."""
