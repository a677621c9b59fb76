"""Clusters in containers: those of k3d and those of testcontainers, which the Docker engine runs."""
