"""An implementation on a real cluster: the ``Host`` of podnet.api over a real Kubernetes API."""
