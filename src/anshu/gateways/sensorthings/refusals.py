"""How questions of SensorThings are refused; told to programs, in English."""

from anshu.kernel.errors import AnshuError


class NotUnderstood(AnshuError):
    """The question is not SensorThings (400)."""

    status = 400
    default_code = "not_understood"


class NotOffered(AnshuError):
    """The question is SensorThings, but this service does not answer it (501)."""

    status = 501
    default_code = "not_offered"


class NotThere(AnshuError):
    """Nothing stands at that address that the reader may see (404)."""

    status = 404
    default_code = "not_found"


class TooLarge(AnshuError):
    """More than is taken in at once (413)."""

    status = 413
    default_code = "too_large"


class NotTaken(AnshuError):
    """Another value stands there already (409)."""

    status = 409
    default_code = "conflict"
