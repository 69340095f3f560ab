"""页面读取: what each page of the console shows, read with few statements; nothing is decided here."""
