"""柜台: everything a person can see or do, each asked of the permission table before the plain service."""
