"""导入: reading what offices send (CSV, messy Excel) and bringing it in, all or nothing."""
