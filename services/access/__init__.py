"""登录: accounts, passwords, second factors, sessions, single sign-on, tokens, administrators."""
