"""督查督办: findings, supervision orders, matters put to leaders and inspections; registered, done, shown."""
