"""办理行为: one rule for each command, each a small function over a `Judgement`."""
