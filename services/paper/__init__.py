"""文书: forms printed for a step, the codes on them, and signed ones that come back as scans."""
