"""The scheduler of the in-process cluster: the filters and scores of kube-scheduler, one pod at a time."""
