"""The servers of the demo and of the tests: one way to start, watch and stop them."""
