"""A whole invented district and a storm over it, made from a seed: what demonstrations, tests and benchmarks run on."""

from anshu.engines.district.assembly import generate
from anshu.engines.district.shapes import District, Reading
from anshu.engines.district.signals import signals
from anshu.engines.district.storm import Script, script, storm

__all__ = ["District", "Reading", "Script", "generate", "script", "signals", "storm"]
