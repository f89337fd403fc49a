"""All input and output: files, the warehouse, the command line."""
