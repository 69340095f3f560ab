"""目录栏目: what a zone list may be headed with, and the code tables its cells are read by; data only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.identifiers import PROVINCES
from domain.tabular import Column
from domain.units import CatalogueLevel, SupervisingLevel

COLUMNS: Final = (
    Column("catalogue_no", "目录序号", ("目录序号", "公告序号", "目录编号", "catalogue_no")),
    Column("serial", "序号", ("序号", "编号", "顺序号", "no", "no.")),
    Column(
        "code",
        "代码",
        ("代码", "开发区代码", "园区代码", "区域代码", "目录代码", "编码", "开发区编码", "code"),
        required=True,
    ),
    Column(
        "name",
        "名称",
        ("名称", "开发区名称", "园区名称", "开发区", "单位名称", "区名", "开发区(园区)名称", "name"),
        required=True,
    ),
    Column("level", "级别", ("级别", "开发区级别", "目录级别", "批准级别", "等级", "level"), spreads=True),
    Column("type", "类型", ("类型", "开发区类型", "类别", "园区类型", "开发区类别", "type"), spreads=True),
    Column(
        "province",
        "省份",
        ("省份", "所在省", "所属省份", "省(区、市)", "省(自治区、直辖市)", "省市", "省", "province"),
        spreads=True,
    ),
    Column(
        "approved",
        "批准时间",
        ("批准时间", "批准年月", "批准日期", "获批时间", "批复时间", "设立时间", "成立时间", "approved_ym"),
        required=True,
    ),
    Column(
        "area",
        "面积",
        (
            "核准面积",
            "审核面积",
            "批准面积",
            "approved_area_ha",
            "面积",
            "规划面积",
            "用地面积",
            "总面积",
        ),
        required=True,
    ),
    Column("industries", "主导产业", ("主导产业", "主要产业", "产业", "主导产业名称", "lead_industries")),
    Column(
        "supervising_level",
        "主管级",
        ("主管级", "主管级别", "管理层级", "管理级别", "隶属关系", "supervising_level"),
        spreads=True,
    ),
    Column(
        "lead_area",
        "牵头县区",
        ("牵头县区", "牵头县(市、区)", "所在县区", "所在县(市、区)", "所属县区", "属地", "lead_area"),
        spreads=True,
    ),
)
"""栏目表: field, its title, and the headings that offices give it, in falling order of trust."""

TITLES: Final[Mapping[str, str]] = {column.key: column.title for column in COLUMNS}

PROVINCE_NAMES: Final[Mapping[str, str]] = {
    form: name
    for name in PROVINCES.values()
    for form in (
        name,
        name.removesuffix("省").removesuffix("市").removesuffix("特别行政区"),
        name[: 3 if name.startswith("内蒙古") else 2] if "自治区" in name else name,
    )
}
"""Full and short forms (河南, 广西, 内蒙古) to the full name."""

LEVELS: Final[Mapping[str, CatalogueLevel]] = {
    "national": CatalogueLevel.NATIONAL,
    "国家级": CatalogueLevel.NATIONAL,
    "国家": CatalogueLevel.NATIONAL,
    "国家级开发区": CatalogueLevel.NATIONAL,
    "provincial": CatalogueLevel.PROVINCIAL,
    "省级": CatalogueLevel.PROVINCIAL,
    "省": CatalogueLevel.PROVINCIAL,
    "省级开发区": CatalogueLevel.PROVINCIAL,
    "省(区、市)级": CatalogueLevel.PROVINCIAL,
}

SUPERVISING: Final[Mapping[str, SupervisingLevel]] = {
    "省管": SupervisingLevel.PROVINCE,
    "省直管": SupervisingLevel.PROVINCE,
    "province": SupervisingLevel.PROVINCE,
    "市管": SupervisingLevel.CITY,
    "市直管": SupervisingLevel.CITY,
    "city": SupervisingLevel.CITY,
    "县管": SupervisingLevel.COUNTY,
    "县(市、区)管": SupervisingLevel.COUNTY,
    "区管": SupervisingLevel.COUNTY,
    "county": SupervisingLevel.COUNTY,
}

ROWS_IN_EDITION: Final[Mapping[str, Mapping[CatalogueLevel, int]]] = {
    "2018": {CatalogueLevel.NATIONAL: 552, CatalogueLevel.PROVINCIAL: 1991}
}
"""国家发展改革委等六部委公告2018年第4号: 552 + 1,991 = 2,543, numbered without gaps."""

CODES_PRINTED_TWICE: Final[Mapping[str, frozenset[str]]] = {"2018": frozenset({"S377018"})}
"""The announcement gives S377018 to 淄川 (929) and to 临淄 (932)."""

MISPRINTS: Final[Mapping[str, str]] = {"湽博": "淄博"}
"""Signs misprinted in the announcement (national, 296); kept as printed and reported."""

NOT_INDUSTRIES: Final = frozenset({"在建", "待定", "筹建", "未定"})
"""What is printed where an industry should stand."""
