"""Double random draw (双随机): which sites are inspected, and which two officers go there, so that anyone can check it.

    promised = commitment(seed, frame, terms)      # published before anyone sees a result
    record = draw(seed, frame, terms)              # published with seed and frame hash
    verify(record, frame)                          # repeated by anyone: what differs, nothing if all is well

**Sites** are drawn stratum by stratum, without replacement. The chance of a site is exactly proportional to its weight
(lower credit, higher weight): chance = size × weight / sum of weights; one whose chance would exceed one is drawn for
certain, and the others share the rest. (Systematic sampling of a shuffled list, Hartley and Rao 1962.)

**Officers** are two to a site (Administrative Penalty Law, article 42): neither recused there (article 43), and
between them all licences that the site needs. Who holds no certificate is not in the frame. No two officers go together
twice, nor when they did so before, for as many sites as that is possible at all; a result that repeats a pair says so,
and so does one that leaves a site without officers because no two may go.

**The same everywhere.** Chance comes from SHA-256 over seed, frame and terms, counted block by block, in whole numbers;
no `random`, no floating point. The commitment holds seed, frame and terms, so none of them can be changed once it is
published. It does not stop anybody from trying many seeds before publishing one: who fears that lets several people
give a part of the seed. The seed must be 32 bytes, or the commitment could be guessed open.
"""

from anshu.engines.sampling.drawing import Assignment, Record, commitment, draw
from anshu.engines.sampling.frame import Frame, Officer, Site, Terms, frame_hash
from anshu.engines.sampling.keeping import as_json, differences
from anshu.engines.sampling.verifying import Difference, verify

__all__ = [
    "Assignment",
    "Difference",
    "Frame",
    "Officer",
    "Record",
    "Site",
    "Terms",
    "as_json",
    "commitment",
    "differences",
    "draw",
    "frame_hash",
    "verify",
]
