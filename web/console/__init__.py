"""网页: the pages that officers, reform offices, auditors and administrators work in."""
