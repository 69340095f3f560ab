"""How it runs: the Prefect deployments and the one-machine supervisor."""
