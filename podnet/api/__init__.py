"""Resource types, selectors and the seams between layers: values and protocols, no I/O."""
