"""Unified social credit codes (统一社会信用代码, GB 32100-2015): eighteen signs, the last checks the others."""

from anshu.kernel.errors import Invalid

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_MODULUS = len(SIGNS)
_LENGTH = 18
_VALUES = {sign: value for value, sign in enumerate(SIGNS)}
_WEIGHTS = tuple(pow(3, place, _MODULUS) for place in range(_LENGTH - 1))


def check_sign(first: str) -> str:
    """The eighteenth sign for the first seventeen."""
    total = sum(_VALUES[sign] * weight for sign, weight in zip(first, _WEIGHTS, strict=True))
    return SIGNS[-total % _MODULUS]


def credit_code(text: str, field: str = "credit_code") -> str:
    """The code in capitals without spaces; Invalid, saying which sign is wrong, when it cannot be one."""
    code = "".join(text.split()).upper()
    if len(code) != _LENGTH:
        raise Invalid("a credit code has 18 signs, this one %(count)d", field=field, count=len(code))
    for place, sign in enumerate(code, 1):
        if sign not in SIGNS:
            raise Invalid("sign %(place)d of the credit code cannot be %(sign)s", field=field, place=place, sign=sign)
    if check_sign(code[:-1]) != code[-1]:
        raise Invalid(
            "the last sign of the credit code does not fit the others: look for a mistyped or exchanged sign",
            field=field,
        )
    return code
