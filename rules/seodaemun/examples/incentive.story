# 例子的预期值出自公开的办法。
# Expected values are those of the published rules.

table: a thousand won an hour after ten hours in the year before, at most 100,000 a year
day 2025-12-01
minutes  born        served                           -> points
1h       1990-01-01  2024-02-01:10h                   -> 1000
1h       1990-01-01  2024-02-01:9h                    -> 0        # 9 h last year: not eligible
1h       1990-01-01  2024-02-01:9h59                  -> 0
1h       1990-01-01  2023-02-01:12h                   -> 0        # the year before that does not count
1h       1990-01-01  2024-02-01:12h,2025-02-01:98h    -> 1000
1h       1990-01-01  2024-02-01:12h,2025-02-01:99h    -> 1000     # the hundredth hour
1h       1990-01-01  2024-02-01:12h,2025-02-01:100h   -> 0
1h       1990-01-01  2024-02-01:12h,2025-02-01:119h   -> 0

story: 120 hours this year and 12 last year are 100,000 won
day 2024-03-01
volunteer  mei  born 1960-01-01
repeat daily for 2 days
  record  mei  park  08:00-14:00             -> 0 points
day 2025-03-01
repeat daily for 10 days
  record  mei  park  08:00-18:00             -> 10000 points
balance  mei  100000 points
record   mei  park  19:00-20:00              -> 0 points
day + 1
record   mei  park  08:00-18:00              -> 0 points
day + 1
record   mei  park  08:00-17:00              -> 0 points
balance  mei  100000 points, 132h
day 2026-12-31
balance  mei  100000 points
day 2027-01-01
balance  mei  0 points

# 成年读作 19 周岁。 / Adults are read as 19.
table: for adults
day 2025-02-01
minutes  born        served          -> points
1h       2006-02-01  2024-02-01:10h  -> 1000
1h       2006-02-02  2024-02-01:10h  -> 0

table: paid in the quarter after, as local currency
convert         earned                            day         -> money
local_currency  2025-03-31:5000,2025-04-01:7000   2025-03-31  -> 0
local_currency  2025-03-31:5000,2025-04-01:7000   2025-04-01  -> 5000
local_currency  2025-03-31:5000,2025-04-01:7000   2025-06-30  -> 5000
local_currency  2025-03-31:5000,2025-04-01:7000   2025-07-01  -> 7000

table: or given away
day 2025-05-10
transfer             give  -> by        refused
volunteer:fund       5000  -> donation  -
volunteer:volunteer  5000  -> -         no_rule
