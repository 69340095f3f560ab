"""查毒: what the scanner's answer, or its silence, means for a file that comes in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Final

from loguru import logger

from domain.refusal import Refused
from services.ports import OutsideError, ScannerPort

OFF: Final = "off"
CLEAN: Final = "clean"
NOT_SCANNED: Final = "not_scanned"


@dataclass(frozen=True, slots=True)
class Scanning:
    """查毒办法: the scanner, if there is one, and whether its silence lets a file through."""

    scanner: ScannerPort | None = None
    mark_when_silent: bool = False

    def scan(self, file: BinaryIO) -> str | Refused:
        """Return ``off``, ``clean`` or ``not_scanned``, or the refusal of the file."""
        if self.scanner is None:
            return OFF
        file.seek(0)
        try:
            verdict = self.scanner.scan(file)
        except OutsideError as error:
            logger.warning("病毒查杀没有结果:{}", error)
            if self.mark_when_silent:
                return NOT_SCANNED
            return Refused(
                code="file.scanner_down",
                message=f"文件没有保存:{error.message}",
                remedy="请稍后重新上传;仍不行的,请联系系统管理员检查查杀服务",
                facts={"cause": error.code},
            )
        if verdict.clean:
            return CLEAN
        return Refused(
            code="file.infected",
            message=f"文件带有病毒({verdict.found}),没有保存",
            remedy="请断开存储介质,报告本单位网络安全负责人,清除后重新上传",
            facts={"found": verdict.found},
        )
