"""Warning messages of other authorities: the Common Alerting Protocol, the 12379 dialect, feeds and plain notices."""

from anshu.gateways.cap.as_json import to_json
from anshu.gateways.cap.check import check
from anshu.gateways.cap.decode import decode, decode_all
from anshu.gateways.cap.encode import encode
from anshu.gateways.cap.notice import read_notice

__all__ = ["check", "decode", "decode_all", "encode", "read_notice", "to_json"]
