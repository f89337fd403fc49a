"""Live sources: what is asked over the network, one file a source, behind one small protocol."""
