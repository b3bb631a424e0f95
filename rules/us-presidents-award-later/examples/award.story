# 例子的预期值出自公开的办法。
# Expected values are those of the published rules.

# 后来的版本：5–10 岁 26/50/75，11–15 岁 50/75/100，16–25 岁 100/175/250，26 岁以上 100/250/500。
# The later version: aged 5 to 10 26/50/75, 11 to 15 50/75/100, 16 to 25 100/175/250, 26 and over 100/250/500.
table: hours of twelve months by age
day 2020-06-30
tier   born        served             -> level   missing
award  2010-01-01  2020-03-01:25h59   -> -       1min     # aged 10
award  2010-01-01  2020-03-01:26h     -> bronze  24h
award  2010-01-01  2020-03-01:49h59   -> bronze  1min
award  2010-01-01  2020-03-01:50h     -> silver  25h
award  2010-01-01  2020-03-01:74h59   -> silver  1min
award  2010-01-01  2020-03-01:75h     -> gold    -
award  2015-06-30  2020-03-01:26h     -> bronze  24h      # 5 today
award  2015-07-01  2020-03-01:26h     -> -       1        # 5 tomorrow: a year of age is missing
award  2009-07-01  2020-03-01:50h     -> silver  25h      # 10 until tomorrow
award  2009-06-30  2020-03-01:49h59   -> -       1min     # 11 today
award  2009-06-30  2020-03-01:50h     -> bronze  25h
award  2009-06-30  2020-03-01:74h59   -> bronze  1min
award  2009-06-30  2020-03-01:75h     -> silver  25h
award  2009-06-30  2020-03-01:99h59   -> silver  1min
award  2009-06-30  2020-03-01:100h    -> gold    -
award  2004-07-01  2020-03-01:50h     -> bronze  25h      # 15 until tomorrow
award  2004-06-30  2020-03-01:50h     -> -       50h      # 16 today
award  2004-06-30  2020-03-01:99h59   -> -       1min
award  2004-06-30  2020-03-01:100h    -> bronze  75h
award  2004-06-30  2020-03-01:174h59  -> bronze  1min
award  2004-06-30  2020-03-01:175h    -> silver  75h
award  2004-06-30  2020-03-01:249h59  -> silver  1min
award  2004-06-30  2020-03-01:250h    -> gold    -
award  1994-07-01  2020-03-01:175h    -> silver  75h      # 25 until tomorrow
award  1994-06-30  2020-03-01:175h    -> bronze  75h      # 26 today
award  1994-06-30  2020-03-01:99h59   -> -       1min
award  1994-06-30  2020-03-01:100h    -> bronze  150h
award  1994-06-30  2020-03-01:249h59  -> bronze  1min
award  1994-06-30  2020-03-01:250h    -> silver  250h
award  1994-06-30  2020-01-01:499h59  -> silver  1min
award  1994-06-30  2020-01-01:500h    -> gold    -

table: a ten-year-old with 50 hours has silver under this version
day 2020-06-30
tier   born        served          -> level
award  2010-01-01  2020-03-01:50h  -> silver

table: court-ordered hours never count
day 2020-06-30
minutes  category       -> minutes  refused
1h       court_ordered  -> 0        not_ordered
1h       park           -> 1h       -
