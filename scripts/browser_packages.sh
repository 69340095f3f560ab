#!/usr/bin/env bash
# Name the Debian packages that tests of the pages and `make screenshots` need and that are not there yet:
# Chromium, and a font with Chinese characters, without which every page is a row of boxes.
# Playwright brings no browser of its own here, so that nothing is fetched from elsewhere.
set -euo pipefail
[ -x "${ZR_TEST_CHROMIUM:-/usr/bin/chromium}" ] || echo chromium
[ -n "$(find /usr/share/fonts -iname 'NotoSansCJK*' -print -quit 2>/dev/null)" ] || echo fonts-noto-cjk
