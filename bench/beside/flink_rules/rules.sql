-- The rules as Flink SQL says them, over the time of the readings. LAST_VALUE passes over NULL, so a mark that is TRUE at or
-- above the upper threshold, FALSE below the lower one and NULL between them is a hysteresis.

CREATE TABLE readings (
  at_ms BIGINT, channel INT, reading DOUBLE,
  said_at AS TO_TIMESTAMP_LTZ(at_ms, 3),
  WATERMARK FOR said_at AS said_at - INTERVAL '0.001' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'READINGS', 'format' = 'csv');

CREATE TABLE moves (rule STRING, place INT, at_ms BIGINT, raised BOOLEAN)
WITH ('connector' = 'filesystem', 'path' = 'MOVES', 'format' = 'csv');

-- One chain of windows over each channel, so that a reading is passed on as seldom as possible. The two lengths stand in a
-- chain for another reason as well: of two windows over the same input that differ in length alone, the planner of 2.3.0
-- makes one, and the mean of an hour would be that of half an hour.
CREATE VIEW steps AS
SELECT channel, said_at, at_ms, reading, LAG(reading) OVER w AS last_reading, LAG(at_ms) OVER w AS last_ms
FROM readings WINDOW w AS (PARTITION BY channel ORDER BY said_at);

CREATE VIEW half_hours AS
SELECT channel, said_at, at_ms, reading, last_reading, last_ms, SUM(reading) OVER w AS total
FROM steps WINDOW w AS (PARTITION BY channel ORDER BY said_at RANGE BETWEEN INTERVAL '29:30' MINUTE TO SECOND PRECEDING AND CURRENT ROW);

CREATE VIEW hours AS
SELECT channel, said_at, at_ms, reading, last_reading, last_ms, total, AVG(reading) OVER w AS average
FROM half_hours WINDOW w AS (PARTITION BY channel ORDER BY said_at RANGE BETWEEN INTERVAL '59:30' MINUTE TO SECOND PRECEDING AND CURRENT ROW);

-- Since when a channel has been at 32 or more, or below 30, without a hole.
CREATE VIEW runs AS
SELECT channel, said_at, at_ms, reading, total, average, (reading - last_reading) * 3600000 / (at_ms - last_ms) AS rise,
  LAST_VALUE(CASE WHEN reading >= 32.005 AND (last_reading IS NULL OR last_reading < 32.005 OR at_ms - last_ms > 90000) THEN at_ms END) OVER w AS up_ms,
  LAST_VALUE(CASE WHEN reading < 30.005 AND (last_reading IS NULL OR last_reading >= 30.005 OR at_ms - last_ms > 90000) THEN at_ms END) OVER w AS down_ms
FROM hours WINDOW w AS (PARTITION BY channel ORDER BY said_at);

CREATE VIEW marks AS
SELECT channel, said_at, at_ms,
  LAST_VALUE(CASE WHEN reading >= 36.005 THEN TRUE WHEN reading < 31.005 THEN FALSE END) OVER w AS level_stands,
  LAST_VALUE(CASE WHEN reading >= 32.005 AND at_ms - up_ms >= 300000 THEN TRUE WHEN reading < 30.005 AND at_ms - down_ms >= 300000 THEN FALSE END) OVER w AS held_stands,
  LAST_VALUE(CASE WHEN rise >= 600.3007 THEN TRUE WHEN rise < 100.3007 THEN FALSE END) OVER w AS rate_stands,
  LAST_VALUE(CASE WHEN total >= 900.005 THEN TRUE WHEN total < 840.005 THEN FALSE END) OVER w AS sum_stands,
  LAST_VALUE(CASE WHEN average >= 27.00037 THEN TRUE WHEN average < 25.00037 THEN FALSE END) OVER w AS mean_stands
FROM runs WINDOW w AS (PARTITION BY channel ORDER BY said_at);

-- A rule that has not been marked yet does not stand.
CREATE VIEW ladders AS
SELECT channel, said_at, at_ms,
  COALESCE(level_stands, FALSE) AS level_stands, COALESCE(LAG(level_stands) OVER w, FALSE) AS level_stood,
  COALESCE(held_stands, FALSE) AS held_stands, COALESCE(LAG(held_stands) OVER w, FALSE) AS held_stood,
  COALESCE(rate_stands, FALSE) AS rate_stands, COALESCE(LAG(rate_stands) OVER w, FALSE) AS rate_stood,
  COALESCE(sum_stands, FALSE) AS sum_stands, COALESCE(LAG(sum_stands) OVER w, FALSE) AS sum_stood,
  COALESCE(mean_stands, FALSE) AS mean_stands, COALESCE(LAG(mean_stands) OVER w, FALSE) AS mean_stood
FROM marks WINDOW w AS (PARTITION BY channel ORDER BY said_at);

-- How many channels of a site stand at the end of an instant, and before it; one row an instant (LAG would look at a
-- neighbour of the same instant).
CREATE VIEW turns AS
SELECT channel / 4 AS site, channel, said_at, at_ms, CASE WHEN level_stands THEN 1 ELSE -1 END AS turn
FROM ladders WHERE level_stands <> level_stood;

CREATE VIEW sites AS
SELECT site, at_ms, total >= 2 AS stands, total - turned >= 2 AS stood
FROM (
  SELECT site, channel, at_ms, total, SUM(turn) OVER w AS turned, MAX(channel) OVER w AS last_channel
  FROM (SELECT site, channel, said_at, at_ms, turn, SUM(turn) OVER (PARTITION BY site ORDER BY said_at) AS total FROM turns)
  WINDOW w AS (PARTITION BY site ORDER BY said_at RANGE BETWEEN INTERVAL '0' SECOND PRECEDING AND CURRENT ROW)
)
WHERE channel = last_channel;

-- A session ends three and a half minutes after its last reading; rules are looked at each minute.
CREATE VIEW silences AS
SELECT channel, MAX(at_ms) + 240000 AS at_ms, TRUE AS raised
FROM TABLE(SESSION(TABLE readings PARTITION BY channel, DESCRIPTOR(said_at), INTERVAL '3:30' MINUTE TO SECOND))
GROUP BY channel, window_start, window_end
UNION ALL
SELECT channel, at_ms, FALSE FROM steps WHERE at_ms - last_ms >= 210000;

CREATE VIEW everything AS
SELECT 'level' AS rule, channel AS place, at_ms, level_stands AS raised FROM ladders WHERE level_stands <> level_stood
UNION ALL SELECT 'held', channel, at_ms, held_stands FROM ladders WHERE held_stands <> held_stood
UNION ALL SELECT 'rate', channel, at_ms, rate_stands FROM ladders WHERE rate_stands <> rate_stood
UNION ALL SELECT 'sum', channel, at_ms, sum_stands FROM ladders WHERE sum_stands <> sum_stood
UNION ALL SELECT 'mean', channel, at_ms, mean_stands FROM ladders WHERE mean_stands <> mean_stood
UNION ALL SELECT 'two', site, at_ms, stands FROM sites WHERE stands <> stood
UNION ALL SELECT 'silence', channel, at_ms, raised FROM silences;
