"""The in-process Kubernetes API: store, watch, admission, scheduler, workload controllers."""
