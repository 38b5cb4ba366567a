"""Sensing spread over machines: same rules, same kernel, a folder that all see, an engine that hands out the work.

**Words.** A *segment* is one call of the engine, as a file: readings in order of arrival and the instant at which they
were received. Segments are numbered without gaps; together they are the log. A *parting* is a set of rules divided
into *buckets* of channels. An *epoch* is a stretch of segments; its *plan* says which, and is written before anybody
works on it. The *outcome* of a bucket in an epoch is one file: what it decided, and the state that the next epoch
begins with. A *run* is one folder with all of these; it begins with a snapshot of the engine on one machine.

**Why nothing is lost or doubled.** The kernel is pure, so the outcome of (bucket, epoch) follows from the plan, the
segments, and the outcome of the epoch before, and whoever works it out comes to the same. It is put in its place whole
and only where there is none (`files.publish`), so that work done twice, by a machine thought dead or a master that came
back, leaves one outcome. Nothing depends on what an engine remembers: it may lose everything, and is told anew what
is not there yet. Who collects the decisions keeps the number of the epoch in the transaction in which it applies them.

`driving.turn` is all that an engine has to do; it is given a function that carries out numbered pieces of work
anywhere, in any order, more than once if need be. `spark.py` is that function on Apache Spark; a plain loop is another.
"""
