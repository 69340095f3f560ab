"""The console's pages in a real browser: Debian's Chromium, driven by Playwright, shut in this machine."""
