"""podnet: the executable specification of PodNetworking, its reference implementation and its harness."""

__version__ = "0.1.0"
