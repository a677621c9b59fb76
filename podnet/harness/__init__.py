"""Running scenarios: preflight, collection, the world of a scenario, observation, waiting, supervision."""
