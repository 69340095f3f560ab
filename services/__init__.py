"""Acts: one function for each thing a person or a flow can do, each one transaction."""
