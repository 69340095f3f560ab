"""标识与文号: zone codes, credit codes, division codes, document numbers.

A code is either the normalised value or a `Fault` that says what is wrong and how to mend it; a document
number is never refused: an odd one carries warnings (`practice.md` 3).
"""

from domain.identifiers.credit_code import (
    CreditCode,
    CreditKind,
    CreditUse,
    OrganisationCode,
    credit_check_character,
    fault_for_use,
    organisation_check_character,
    parse_credit_code,
    parse_organisation_code,
    region_note,
)
from domain.identifiers.division_code import (
    DivisionCode,
    DivisionLevel,
    find_division,
    parse_division_code,
)
from domain.identifiers.document_number import (
    DocumentKind,
    DocumentNumber,
    normalise_document_number,
)
from domain.identifiers.id_card import IdCard, id_card_check_character, parse_id_card
from domain.identifiers.values import PROVINCES, Fault, normalise_code
from domain.identifiers.zone_code import ZONE_TYPES, ZoneCode, ZoneLevel, parse_zone_code

__all__ = [
    "PROVINCES",
    "ZONE_TYPES",
    "CreditCode",
    "CreditKind",
    "CreditUse",
    "DivisionCode",
    "DivisionLevel",
    "DocumentKind",
    "DocumentNumber",
    "Fault",
    "IdCard",
    "OrganisationCode",
    "ZoneCode",
    "ZoneLevel",
    "credit_check_character",
    "fault_for_use",
    "find_division",
    "id_card_check_character",
    "normalise_code",
    "normalise_document_number",
    "organisation_check_character",
    "parse_credit_code",
    "parse_division_code",
    "parse_id_card",
    "parse_organisation_code",
    "parse_zone_code",
    "region_note",
]
