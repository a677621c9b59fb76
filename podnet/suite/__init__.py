"""The suite as data: where it is, the catalogue of requirements, the profiles."""
