"""通知: who is told what, by which channel, and when; what is sent is written down before it goes."""
