"""A real control plane without containers: four servers as processes on loopback, as long as somebody wants them."""
