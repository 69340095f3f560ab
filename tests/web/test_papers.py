"""Papers over HTTP: judged before they arrive, kept whole or not at all, handed out to those who may."""

from __future__ import annotations

import hashlib
import secrets
import socket
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.web.office import API, DAY, HERE, THERE, WebOffice, case_path, headers, problem

ZONE = f"zone-handler-{HERE}"
PDF = b"%PDF-1.7\n%" + "示例".encode() + b"\nstartxref\n0\n%%EOF\n"
FIELDS = {"occurred_on": DAY, "slot": "plan", "marking": "internal"}


def _send(client: httpx.Client, data: dict[str, str], content: bytes = PDF, **more: Any) -> httpx.Response:
    files = {"file": (more.pop("name", "方案.pdf"), content)}
    given = more.pop("given", None) or headers()
    return client.post(f"{case_path()}/steps/1.1/files", data=data, files=files, headers=given, **more)


def _kept(data_dir: Path) -> list[Path]:
    return [path for path in (data_dir / "evidence").rglob("*") if path.is_file()]


def test_a_paper_is_filed_listed_and_fetched(office: WebOffice) -> None:
    office.launch()
    client, given = office.of(ZONE), headers()
    answer = _send(client, FIELDS, given=given)
    assert answer.status_code == 201, answer.text
    file = answer.json()["file"]
    assert (file["size"], file["name"], file["uploaded_by"]) == (len(PDF), "方案.pdf", ZONE)
    assert file["digest"] == f"sha256:{hashlib.sha256(PDF).hexdigest()}"
    again = _send(client, FIELDS, given=given)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert again.json()["file"] == file
    (version,) = client.get(f"{case_path()}/steps/1.1/evidence", params={"slot": "plan"}).json()
    assert (version["file"]["id"], version["item"]["version"]) == (file["id"], 1)
    fetched = client.get(f"/files/{file['id']}")
    assert fetched.content == PDF
    assert fetched.headers["Content-Type"] == "application/pdf"
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in fetched.headers["Content-Security-Policy"]
    part = client.get(f"/files/{file['id']}", headers={"Range": "bytes=0-4"})
    assert (part.status_code, part.content) == (206, PDF[:5])
    problem(client.get(f"/files/{file['id']}", headers={"Range": "bytes=900-"}), 416, "file.range")


def test_nobody_else_fetches_it(office: WebOffice) -> None:
    office.launch()
    id_ = _send(office.of(ZONE), FIELDS).json()["file"]["id"]
    for person in (f"zone-handler-{THERE}", f"reform_office-head-{THERE}", "sys", "nobody"):
        problem(office.of(person).get(f"/files/{id_}"), 404, "access.not_found")
    assert office.of("aud").get(f"/files/{id_}").content == PDF


@pytest.mark.parametrize(
    ("data", "content", "name", "status", "code"),
    [
        ({"marking": "公开"}, PDF, "a.pdf", 422, "request.malformed"),
        ({"reason": "x" * 5000}, PDF, "a.pdf", 422, "request.malformed"),
        ({"more": "x"}, PDF, "a.pdf", 422, "request.malformed"),
        ({"occurred_on": "x"}, PDF, "a.pdf", 422, "request.malformed"),
        ({"title": "机密★文件"}, PDF, "a.pdf", 409, "file.state_secret"),
        ({"slot": "letter"}, PDF, "a.pdf", 409, "evidence.mode"),
        ({"slot": "none"}, PDF, "a.pdf", 404, "evidence.unknown"),
        ({"size": "3"}, PDF, "a.pdf", 409, "file.cut_short"),
        ({"digest": "sha256:" + "0" * 64}, PDF, "a.pdf", 409, "file.cut_short"),
        ({}, b"MZ\x90\x00" + b"\x00" * 200, "a.pdf", 415, "file.kind"),
        ({}, b"", "a.pdf", 409, "file.empty"),
        ({}, PDF, "../../etc/passwd", 409, "file.name_path"),
    ],
)
def test_what_may_not_come_in_leaves_nothing_behind(
    office: WebOffice,
    data_dir: Path,
    data: dict[str, str],
    content: bytes,
    name: str,
    status: int,
    code: str,
) -> None:
    office.launch()
    problem(_send(office.of(ZONE), {**FIELDS, **data}, content, name=name), status, code)
    assert not _kept(data_dir)


def test_the_file_has_to_be_the_last_of_the_form(office: WebOffice, data_dir: Path) -> None:
    office.launch()
    files: list[tuple[str, Any]] = [
        ("occurred_on", (None, DAY)),
        ("file", ("a.pdf", PDF)),
        ("slot", (None, "plan")),
    ]
    url = f"{case_path()}/steps/1.1/files"
    problem(office.of(ZONE).post(url, files=files, headers=headers()), 422, "request.malformed")
    files = [
        ("occurred_on", (None, DAY)),
        ("slot", (None, "plan")),
        ("file", ("a.pdf", PDF)),
        ("x", (None, "y")),
    ]
    problem(office.of(ZONE).post(url, files=files, headers=headers()), 422, "request.malformed")
    problem(
        office.of(ZONE).post(url, files=[("slot", (None, "plan"))], headers=headers()),
        422,
        "request.malformed",
    )
    assert not _kept(data_dir)


def test_a_file_that_ends_before_its_end_is_refused(office: WebOffice, data_dir: Path) -> None:
    office.launch()
    given = headers()
    head = "".join(
        f'--frame\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in FIELDS.items()
    )
    body = head.encode() + (
        b'--frame\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + PDF
    )
    answer = office.of(ZONE).post(
        f"{case_path()}/steps/1.1/files",
        content=body,
        headers=given | {"Content-Type": "multipart/form-data; boundary=frame"},
    )
    problem(answer, 409, "file.cut_short")
    assert not _kept(data_dir)


def test_a_connection_that_breaks_leaves_nothing(office: WebOffice, data_dir: Path) -> None:
    office.launch()
    token, where = office.token(ZONE), urlsplit(office.url)
    with socket.create_connection((where.hostname or "", where.port or 0)) as line:
        line.sendall(
            (
                f"POST {API}{case_path()}/steps/1.1/files HTTP/1.1\r\nHost: x\r\n"
                f"Authorization: Bearer {token}\r\nContent-Length: 900000\r\n"
                'If-Match: "1"\r\nIdempotency-Key: broken-line\r\n'
                "Content-Type: multipart/form-data; boundary=frame\r\n\r\n"
            ).encode()
            + b'--frame\r\nContent-Disposition: form-data; name="occurred_on"\r\n\r\n2022-03-02\r\n'
        )
    assert office.of(ZONE).get(case_path()).status_code == 200
    assert not _kept(data_dir)


def test_a_paper_may_only_be_registered(office: WebOffice) -> None:
    office.launch()
    client = office.of(ZONE)
    body = {
        "occurred_on": DAY,
        "slot": "letter",
        "title": "示例来函",
        "fields": {"number": "示例办〔2022〕3号", "issued_on": "2022-03-01"},
    }
    answer = client.post(f"{case_path()}/steps/1.1/evidence", json=body, headers=headers())
    assert answer.status_code == 200, answer.text
    (paper,) = client.get(f"{case_path()}/steps/1.1").json()["papers"]
    assert (paper["slot"], paper["mode"], paper["fields"]["issued_on"]) == (
        "letter",
        "reference",
        "2022-03-01",
    )


def _begin_upload(office: WebOffice, token: str) -> socket.socket:
    """An upload whose sender falls silent in the middle of the file."""
    host, _, port = office.url.removeprefix("http://").partition(":")
    body = (
        '--x\r\nContent-Disposition: form-data; name="occurred_on"\r\n\r\n2022-03-02\r\n'
        '--x\r\nContent-Disposition: form-data; name="slot"\r\n\r\nplan\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7'
    )
    head = (
        f"POST {API}{case_path()}/steps/1.1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        f'If-Match: "1"\r\nIdempotency-Key: {secrets.token_hex(8)}\r\n'
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 90000\r\n\r\n"
    )
    connection = socket.create_connection((host, int(port)), timeout=20)
    connection.sendall((head + body).encode())
    return connection


def test_slow_senders_hold_up_nobody(office: WebOffice) -> None:
    """The threads that answer are some forty in all: so many uploads that creep must not take them."""
    office.launch()
    token, watching = office.token(ZONE), office.of(ZONE)
    with ExitStack() as stack:
        for _ in range(60):
            stack.enter_context(closing(_begin_upload(office, token)))
        time.sleep(0.5)
        for _ in range(5):
            assert watching.get("/me", timeout=5).status_code == 200


def test_a_sender_that_falls_silent_is_given_up(
    office: WebOffice, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.api.papers.PATIENCE_S", 0.3)
    _is_given_up(office)
    assert _kept(data_dir) == []


def test_a_sender_that_creeps_is_given_up(
    office: WebOffice, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte now and then is no silence; on the whole it is too slow."""
    monkeypatch.setattr("web.api.papers.GRACE_S", 0.5)
    _is_given_up(office, creeping=True)
    assert _kept(data_dir) == []


def _is_given_up(office: WebOffice, *, creeping: bool = False) -> None:
    office.launch()
    with closing(_begin_upload(office, office.token(ZONE))) as connection:
        answer = b""
        connection.settimeout(0.05 if creeping else 20)
        while b"file.cut_short" not in answer:
            try:
                piece = connection.recv(65536)
            except TimeoutError:
                connection.sendall(b".")
                continue
            assert piece, answer
            answer += piece
