"""页面数据: what the console's pages show, as values; permissions are asked here, and no page is written."""
