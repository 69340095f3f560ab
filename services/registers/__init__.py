"""台账: rows kept by version, filled by hand or from Excel, exported, erased."""
