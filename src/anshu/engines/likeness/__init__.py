"""Whether two photographs are the same picture, after whatever a telephone or a chat program did to one of them.

    mark = fingerprint(grey)              # 64 bits of a picture
    alike(mark, marks, within=6)          # which of many marks differ in at most so many bits
    earlier_like(marks, owners, within=6) # for each of many the first before it, of another owner, that it is like

The fingerprint is a difference hash: the picture is averaged down to 8 rows of 9 cells, and each bit says whether a
cell is brighter than its right-hand neighbour. Scaling, re-encoding and a change of brightness leave nearly all bits;
another picture shares half of them by chance. A picture without any structure (a covered lens) has nothing to be
recognised by, which `plain` tells, so that two black photographs are not called the same scene.
"""

from anshu.engines.likeness.fingerprints import alike, distance, earlier_like, fingerprint, plain

__all__ = ["alike", "distance", "earlier_like", "fingerprint", "plain"]
