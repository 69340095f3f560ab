"""督查督办: findings, supervision orders, matters put to leaders, inspections, and where they come from."""
