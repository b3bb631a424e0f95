# 例子的预期值出自公开的办法。
# Expected values are those of the published rules.

table: a stamp an hour, two a day
day 2018-05-01
minutes  born        -> points
59min    1950-01-01  -> 0
1h       1950-01-01  -> 1
2h       1950-01-01  -> 2
3h       1950-01-01  -> 2
1h       1953-05-01  -> 1
1h       1953-05-02  -> 0

table: stamps come to yen in steps
day 2019-04-01
convert  earned         -> money
to_yen   2018-05-01:9   -> 0
to_yen   2018-05-01:10  -> 1000
to_yen   2018-05-01:19  -> 1000
to_yen   2018-05-01:20  -> 2000
to_yen   2018-05-01:29  -> 2000
to_yen   2018-05-01:30  -> 3000
to_yen   2018-05-01:39  -> 3000
to_yen   2018-05-01:40  -> 4000
to_yen   2018-05-01:49  -> 4000
to_yen   2018-05-01:50  -> 5000
to_yen   2018-05-01:73  -> 5000

table: applied for from April to July of the next year
convert  earned         day         -> money
to_yen   2019-03-31:20  2019-03-31  -> 0
to_yen   2019-03-31:20  2019-04-01  -> 2000
to_yen   2019-03-31:20  2019-07-31  -> 2000
to_yen   2019-03-31:20  2019-08-01  -> 0
to_yen   2019-03-31:20  2020-04-01  -> 0

table: not with an unpaid premium
day 2018-05-01
minutes  born        flags                      -> points
1h       1950-01-01  2018-04-01:unpaid_premium  -> 0
1h       1950-01-01  2018-05-02:unpaid_premium  -> 1
