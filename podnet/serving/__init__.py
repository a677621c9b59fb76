"""The in-process Kubernetes API behind a socket: for kubectl, for operators, for programs in any language."""
