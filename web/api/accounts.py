"""账号接口: accounts and the administrators' offices.

Repeating an act does nothing more or is refused, so no number is asked; only a reset gives another password.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Path, status
from pydantic import Field

from domain.permissions import ADMINISTRATORS, AccessRole
from services.access.accounts import AccountOpened
from services.office import accounts as office
from web.api.desk import UNIT, CounterOf
from web.api.organising import PersonId
from web.api.shapes import NOT_BLANK, Asked, Page, Stored, Word, shown
from web.api.words import meaning
from web.paging import Cursor, Limit, page, position
from web.problems import done, got

router = APIRouter(tags=["账号和管理员"])
AccountId = Annotated[str, Path(pattern=UNIT, description="账号编号")]
Reason = Annotated[Word, Field(min_length=1, pattern=NOT_BLANK)]
_OFFICE: Final[Any] = Literal[tuple(sorted(str(role) for role in ADMINISTRATORS))]
_REASON: Final = {"reason": "调离"}


class NewAccount(Asked):
    """开立账号."""

    person: Annotated[str, Field(pattern=UNIT)] = Field(description=meaning("", "person"))
    name: Annotated[Stored, Field(min_length=1, max_length=256, pattern=NOT_BLANK)] = Field(
        description=meaning("NewAccount", "name")
    )


class Why(Asked):
    """事由."""

    reason: Reason = Field(description=meaning("Why", "reason"))


class NewOffice(Asked):
    """任命管理员."""

    person: Annotated[str, Field(pattern=UNIT)] = Field(description=meaning("", "person"))
    role: _OFFICE = Field(description=meaning("NewOffice", "role"))
    division: Annotated[str, Field(pattern=r"^([0-9]{6})?$")] = Field(
        default="", description=meaning("NewOffice", "division")
    )


@router.get("/accounts", response_model=Page[shown(office.AccountLine)], summary="账号清单")  # type: ignore[misc]
def list_accounts(counter: CounterOf, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """看得到的账号,按登录名排列。"""
    after = position(cursor, str) or ("",)
    found = got(office.list_accounts(counter, after=after[0], limit=limit + 1))
    return page(found, limit, lambda each: (each.name,))


@router.post(
    "/accounts", response_model=shown(AccountOpened), status_code=status.HTTP_201_CREATED, summary="开立账号"
)
def open_account(
    counter: CounterOf, body: Annotated[NewAccount, Body(examples=[{"person": "p-new", "name": "zhangsan"}])]
) -> Any:
    """只能在网页登录后办理,不能用令牌;初始口令只显示这一次。"""
    return got(office.open_account(counter, body.person, body.name))


@router.post("/accounts/{account}/reset", response_model=shown(AccountOpened), summary="重置口令")
def reset_account(counter: CounterOf, account: AccountId) -> Any:
    """只能在网页登录后办理;发新的初始口令,令牌全部吊销。"""
    return got(office.reset_account(counter, account))


@router.post(
    "/accounts/{account}/factor/remove", status_code=status.HTTP_204_NO_CONTENT, summary="解除第二因子"
)
def remove_factor(counter: CounterOf, account: AccountId) -> None:
    """只能在网页登录后办理;该账号的登录全部退出。"""
    done(office.remove_factor(counter, account))


@router.post("/accounts/{account}/lock", status_code=status.HTTP_204_NO_CONTENT, summary="锁定账号")
def lock(counter: CounterOf, account: AccountId, body: Annotated[Why, Body(examples=[_REASON])]) -> None:
    """立即退出全部登录,令牌停用,直到解锁。"""
    done(office.lock(counter, account, body.reason))


@router.post("/accounts/{account}/unlock", status_code=status.HTTP_204_NO_CONTENT, summary="解锁账号")
def unlock(counter: CounterOf, account: AccountId, body: Annotated[Why, Body(examples=[_REASON])]) -> None:
    """管理员锁定的,或因登录失败被锁的。"""
    done(office.unlock(counter, account, body.reason))


@router.post("/accounts/{account}/close", status_code=status.HTTP_204_NO_CONTENT, summary="注销账号")
def close(counter: CounterOf, account: AccountId, body: Annotated[Why, Body(examples=[_REASON])]) -> None:
    """不能恢复:退出全部登录,吊销令牌,免去管理员职务。"""
    done(office.close(counter, account, body.reason))


@router.post("/administrators", status_code=status.HTTP_204_NO_CONTENT, summary="任命管理员")
def appoint(
    counter: CounterOf,
    body: Annotated[
        NewOffice, Body(examples=[{"person": "p-new", "role": "unit_admin", "division": "411024"}])
    ],
) -> None:
    """只能在网页登录后办理;须有账号,不担任业务职务,不兼任另一种管理员。"""
    done(office.appoint(counter, body.person, AccessRole(body.role), body.division))


@router.post(
    "/administrators/{person}/dismiss", status_code=status.HTTP_204_NO_CONTENT, summary="免去管理员职务"
)
def dismiss(counter: CounterOf, person: PersonId, body: Annotated[Why, Body(examples=[_REASON])]) -> None:
    """只能在网页登录后办理;账号照旧,三员各至少留一人。"""
    done(office.dismiss(counter, person, body.reason))
