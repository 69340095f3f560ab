"""事件推送: events of cases for other systems, at the addresses that were registered for them."""
