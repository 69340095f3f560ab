"""通知渠道: in-app, file, signed webhook; all take batches (``services.ports.ChannelPort``)."""
