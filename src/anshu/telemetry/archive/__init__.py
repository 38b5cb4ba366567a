"""The long memory: readings in Parquet files that any column engine reads, sorted by channel, day by day."""
