"""日志: one loguru sink on standard error; everything that speaks ``logging`` is led into it.

Standard output belongs to data (``zonectl … --json``), so talk goes to standard error. No personal data is
logged: callers log ids and step names.
"""

import inspect
import logging
import sys

from loguru import logger

from config.settings import Settings

_PLAIN = "<green>{time:YYYY-MM-DD HH:mm:ss}</green> <level>{level: <7}</level> {name} {message} {extra}"


class InterceptHandler(logging.Handler):
    """Hands every record of the standard ``logging`` to loguru, under the name of the one who logged it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass ``record`` on with its level and its exception."""
        level: str | int
        try:
            level = logger.level(record.levelname).name
        except ValueError:
            level = record.levelno
        frame, depth = inspect.currentframe(), 0
        while frame is not None and (depth == 0 or frame.f_code.co_filename == logging.__file__):
            frame, depth = frame.f_back, depth + 1
        logger.opt(depth=depth, exception=record.exc_info).log(level, "{}", record.getMessage())


def configure_logging(settings: Settings) -> None:
    """Send all logs of this process to standard error, as ``settings`` say. May be called again."""
    logger.remove()
    logger.add(
        sys.stderr,
        level=settings.log_level,
        serialize=settings.log_json,
        format=_PLAIN,
        backtrace=False,
        diagnose=False,
    )
    logging.basicConfig(handlers=[InterceptHandler()], level=logging.INFO, force=True)
