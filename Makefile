# zone-reform: one command for each thing. `make help` lists them.
# A fresh machine needs only Python 3.11 to 3.13, make and a package index.

SHELL := bash
.DEFAULT_GOAL := help
VENV ?= .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.installed-runtime
DEV := $(VENV)/.installed-dev
SOURCES := domain models integrations services flows web deployments cli config migrations programmes samples
# Arguments for the command behind a target: make demo ARGS=--once
ARGS ?=
# The suite runs in up to four processes, each test file whole in one of them; PARALLEL= for one.
PARALLEL ?= -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# The house rules are tests; empty where the whole suite follows at once, as in CI.
HOUSE ?= tests/house

.PHONY: help env dev demo up test soak bench check format docs messages vendor lock clean browser screenshots

help: ## 列出全部命令
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: $(RUNTIME) ## 建立运行环境(.venv),按锁定的清单安装

dev: $(DEV) ## 在运行环境上加装测试和检查工具

$(RUNTIME): requirements/runtime.txt pyproject.toml scripts/install.sh
	@scripts/install.sh --prefix $(VENV) --lock runtime --editable
	@touch $@

$(DEV): requirements/dev.txt pyproject.toml scripts/install.sh
	@scripts/install.sh --prefix $(VENV) --lock dev --editable
	@touch $(RUNTIME) $@

demo: env ## 一键演示:两个试点从 2021 年走到改革完成(ARGS=--once 结束后退出)
	@$(BIN)/zonectl demo $(ARGS)

up: env ## 启动本机服务:Prefect、工作进程、接力程序、网页
	@$(BIN)/zonectl up $(ARGS)

test: dev ## 跑全部测试:SQLite,连得上 PostgreSQL 时也跑一遍
	@$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

soak: dev ## 随机走查加长版:每种 2000 次
	@ZR_TEST_PROFILE=soak $(BIN)/python -m pytest -m walk --timeout 7200 $(ARGS)

bench: dev ## 跑基准:本引擎与手写下限同场对比;再按日历演练一个改革年
	@$(BIN)/python -m benchmarks $(ARGS)
	@$(BIN)/python -m benchmarks.year

check: dev ## 静态检查:格式、类型、分层、文档链接、容器编排
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(if $(HOUSE),$(BIN)/python -m pytest -q $(HOUSE))
	@scripts/check_compose.sh

format: dev ## 整理代码格式
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: dev ## 由代码生成参考文档(设置、命令、模板格式)
	$(BIN)/python -m scripts.reference

browser: ## 装上网页测试和截图要用的浏览器(Debian:chromium、fonts-noto-cjk;要 root 或 sudo)
	@missing=$$(scripts/browser_packages.sh | xargs); \
	if [ -z "$$missing" ]; then echo "浏览器和中文字体都已装好。"; exit; fi; \
	echo "安装 $$missing ……"; \
	sudo=$$([ "$$(id -u)" -eq 0 ] || echo sudo); \
	$$sudo apt-get update -qq && $$sudo apt-get install -y --no-install-recommends $$missing

screenshots: dev ## 用演示数据重拍主要页面的截图,放进 docs/img(先 make browser)
	@$(BIN)/python -m scripts.screenshots $(ARGS)

messages: dev ## 由网页模板生成文字目录(web/locale/console.pot)
	$(BIN)/python -m scripts.messages

vendor: dev ## 从 npm 重新取前端资产并逐一核对(需要 npm;ARGS=--lock 换版本)
	$(BIN)/python -m scripts.vendor $(ARGS)

lock: ## 重新锁定依赖(需要 uv;ARGS=--upgrade 升级)
	@scripts/lock.sh $(ARGS)

clean: ## 删除运行环境和缓存,不动数据目录
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist
