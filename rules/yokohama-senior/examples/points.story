# 例子的预期值出自公开的办法。
# Expected values are those of the published rules.

table: 200 points for 30 minutes or more, from the age of 65 on and after training
day 2018-05-01
minutes  born        qualifications              -> points
29min    1950-01-01  senior_volunteer_training   -> 0
30min    1950-01-01  senior_volunteer_training   -> 200
5h       1950-01-01  senior_volunteer_training   -> 200
1h       1953-05-01  senior_volunteer_training   -> 200
1h       1953-05-02  senior_volunteer_training   -> 0
1h       1950-01-01  another                     -> 0

table: a point is a yen, from 1,000 to 8,000 of a year; less is carried over
convert  earned           day         -> money  carries  loses
to_yen   2018-05-01:8200  2019-02-01  -> 8000   0        200
to_yen   2018-05-01:8000  2019-02-01  -> 8000   0        0
to_yen   2018-05-01:1000  2019-02-01  -> 1000   0        0
to_yen   2018-05-01:800   2019-02-01  -> 0      800      0
to_yen   2018-05-01:800,2019-05-01:200  2020-02-01  -> 1000  0  0

table: points are converted until the end of the year after
convert  earned           day         -> money
to_yen   2018-05-01:2000  2019-12-31  -> 2000
to_yen   2018-05-01:2000  2020-01-05  -> 0
