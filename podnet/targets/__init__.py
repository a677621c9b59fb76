"""Where a run takes place: one module for each kind of cluster."""
