"""One file a command: read the options, call one function, print what happened."""
