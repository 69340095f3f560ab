"""材料文件设置: how large a file may be, its digest, macros, and the virus scanner.

A part of ``config.settings.Settings``. The figures are ours (proposed); set them by what the offices scan.
"""

from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, model_validator

ScanSeconds = Annotated[float, Field(gt=0, le=300)]
_SCHEMES: Final = ("tcp", "unix")


class EvidenceSettings(BaseModel):
    """材料文件设置."""

    evidence_largest_mb: int = Field(
        200, ge=1, le=2048, description="一个材料文件的大小上限(MB)。扫描件过大时,先让各单位降低分辨率。"
    )
    evidence_digest: Literal["sha256", "sm3"] = Field(
        "sha256",
        description="材料文件的摘要算法:`sha256`,或国密 `sm3`(GB/T 32905)。改后只影响新上传的文件,"
        "已存文件不动;同一文件是否在别处上传过,只在同一算法内比对。",
    )
    evidence_allow_macros: bool = Field(
        False, description="是否允许上传带宏的 Office 文件。允许时文件会注明含宏。"
    )
    clamav_address: str = Field(
        "",
        description="ClamAV 查杀服务的地址:`tcp://127.0.0.1:3310` 或 `unix:///run/clamav/clamd.ctl`。"
        "不填则不查杀。ClamAV 的 `StreamMaxLength` 须不小于上面的大小上限。",
    )
    clamav_timeout_s: ScanSeconds = Field(60.0, description="查杀一个文件的时限(秒)。")
    clamav_unavailable: Literal["refuse", "mark"] = Field(
        "refuse",
        description="查杀服务连不上、超时或查不了时:`refuse` 不收文件,请经办人稍后再传;"
        "`mark` 先收下并注明“未查毒”。",
    )

    @model_validator(mode="after")
    def _need_scanner_address(self) -> Self:
        if not self.clamav_address:
            return self
        parts = urlsplit(self.clamav_address)
        whole = parts.hostname if parts.scheme == "tcp" else parts.path
        if parts.scheme not in _SCHEMES or not whole:
            raise ValueError("查杀服务的地址 ZR_CLAMAV_ADDRESS 要写成 tcp://主机:端口 或 unix:///套接字路径")
        return self
