"""通知规则: channels, words, hours, occasions and masking, as tables that code only interprets."""
