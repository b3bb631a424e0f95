# 例子的预期值出自公开的办法。
# Expected values are those of the published rules.

# 2008 版：14 岁以下 50/75/100，青年 100/175/250，成人 100/250/500；青年与成人的分界读作 26 岁。
# The version of 2008: under 14 50/75/100, young adults 100/175/250, adults 100/250/500; the last edge is read as 26.
table: hours of twelve months by age
day 2010-06-30
tier   born        served             -> level   missing
award  2000-01-01  2010-03-01:49h59   -> -       1min     # aged 10
award  2000-01-01  2010-03-01:50h     -> bronze  25h
award  2000-01-01  2010-03-01:74h59   -> bronze  1min
award  2000-01-01  2010-03-01:75h     -> silver  25h
award  2000-01-01  2010-03-01:99h59   -> silver  1min
award  2000-01-01  2010-03-01:100h    -> gold    -
award  1996-07-01  2010-03-01:50h     -> bronze  25h      # 13 until tomorrow
award  1996-06-30  2010-03-01:50h     -> -       50h      # 14 today: a young adult
award  1996-06-30  2010-03-01:99h59   -> -       1min
award  1996-06-30  2010-03-01:100h    -> bronze  75h
award  1996-06-30  2010-03-01:174h59  -> bronze  1min
award  1996-06-30  2010-03-01:175h    -> silver  75h
award  1996-06-30  2010-03-01:249h59  -> silver  1min
award  1996-06-30  2010-03-01:250h    -> gold    -
award  1984-07-01  2010-03-01:175h    -> silver  75h      # 25 until tomorrow
award  1984-06-30  2010-03-01:175h    -> bronze  75h      # 26 today: an adult
award  1984-06-30  2010-03-01:99h59   -> -       1min
award  1984-06-30  2010-03-01:100h    -> bronze  150h
award  1984-06-30  2010-03-01:249h59  -> bronze  1min
award  1984-06-30  2010-03-01:250h    -> silver  250h
award  1984-06-30  2010-01-01:499h59  -> silver  1min
award  1984-06-30  2010-01-01:500h    -> gold    -
award  2010-06-30  2010-03-01:50h     -> bronze  25h      # born today: from the age of 0

table: a ten-year-old with 50 hours has bronze under this version
day 2010-06-30
tier   born        served          -> level
award  2000-01-01  2010-03-01:50h  -> bronze

table: hours count for twelve months
tier   born        served          day         -> level
award  2000-01-01  2010-03-01:50h  2011-02-28  -> bronze
award  2000-01-01  2010-03-01:50h  2011-03-02  -> -

table: court-ordered hours never count
day 2010-06-30
tier   born        served                                    -> level
award  2000-01-01  2010-03-01:50h[category=court_ordered]    -> -
award  2000-01-01  2010-03-01:50h[category=park]             -> bronze

table: and are told
day 2010-06-30
minutes  category       -> minutes  refused
1h       court_ordered  -> 0        not_ordered
1h       park           -> 1h       -

story: the version in force when a record takes effect decides
pack: us-presidents-award, us-presidents-award-later
day 2012-12-01
volunteer  ann  born 2002-12-31
repeat daily for 5 days
  record  ann  park  08:00-18:00
tier     ann  award  bronze                 # aged 9 with 50 h
day 2012-12-31
publish  us-presidents-award-later from 2013-01-01
tier     ann  award  bronze                 # aged 10, still under the first
day 2013-01-01
record   ann  park  08:00-08:01
tier     ann  award  silver                 # aged 10 with 50 h under the later one
