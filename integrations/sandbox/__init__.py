"""演练服务器: real HTTP servers that stand for outside systems in rehearsals and tests.

Each starts as a process: ``python -m integrations.sandbox.filing --port 0``.
"""
