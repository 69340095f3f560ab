"""亮灯 over HTTP: why a lamp is what it is, the red past, and the list by area and colour."""

from __future__ import annotations

from datetime import timedelta

from tests.web.office import DAY, HERE, THERE, WebOffice, headers

ZONE, OFFICE = f"zone-handler-{HERE}", f"reform_office-head-{HERE}"


def test_the_lamps_of_a_case_and_of_an_area(office: WebOffice) -> None:
    case = office.launch()
    zone = office.of(ZONE)
    green = zone.get(f"{case}/lamps").json()
    assert (green["colour"], green["counts"]) == ("green", {"green": 1, "none": 2})
    assert green["lamps"][0]["line"] == "2022-03-16到期,还剩10个工作日"
    zone.post(f"{case}/steps/1.2/submit", json={"occurred_on": DAY}, headers=headers())
    office.wall.advance(timedelta(days=15))
    red = zone.get(f"{case}/lamps").json()
    lamp = red["lamps"][0]
    assert (lamp["colour"], lamp["rule"], lamp["left"], lamp["since"]) == ("red", "overdue", -1, "2022-03-17")
    assert [each["began_on"] for each in red["history"]] == ["2022-03-17"]
    assert red["history"][0]["reached"][0]["draft_title"] == "督办单"

    client = office.of(OFFICE)
    for wanted, expected in (
        ({}, 1),
        ({"colour": "red"}, 1),
        ({"colour": "green"}, 0),
        ({"area": HERE}, 1),
        ({"area": THERE}, 0),
    ):
        found = client.get("/lamps", params=wanted).json()
        assert len(found["items"]) == expected, wanted
    assert client.get("/lamps", params={"area": "4110"}).status_code == 422
    other = office.of(f"reform_office-head-{THERE}")
    assert other.get("/lamps").json()["items"] == []
    assert other.get(f"{case}/lamps").status_code == 404
