"""组织管理: bodies, persons, positions, chains, proxies, hand-over, reorganisation: one transaction each."""
