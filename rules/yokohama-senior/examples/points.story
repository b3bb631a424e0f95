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
to_yen   2018-05-01:800   2020-01-05  -> 0

table: a year's points of 41 days are 8,200, of which 8,000 are converted
convert  earned           converted        day         -> money  loses
to_yen   2018-05-01:8200  -                2019-02-01  -> 8000   200
to_yen   2018-05-01:8200  2018-06-01:5000  2019-02-01  -> 3000   200
to_yen   2018-05-01:999   -                2019-02-01  -> 0      0

table: at most 200 points a day
day 2018-05-01
minutes  at     born        qualifications             served            -> points
40min    14:00  1950-01-01  senior_volunteer_training  2018-05-01:40min  -> 0      # two stints in a day are 200
40min    14:00  1950-01-01  senior_volunteer_training  2018-04-30:40min  -> 200
40min    14:00  1950-01-01  senior_volunteer_training  2018-05-01:29min  -> 200

table: what never counts
day 2018-05-01
minutes  born        qualifications             record.paid  activity.paid  relation  category     -> points
1h       1950-01-01  senior_volunteer_training  -            -              -         -            -> 200
1h       1950-01-01  senior_volunteer_training  true         -              -         -            -> 0
1h       1950-01-01  senior_volunteer_training  -            true           -         -            -> 0
1h       1950-01-01  senior_volunteer_training  -            -              relative  -            -> 0
1h       1950-01-01  senior_volunteer_training  -            -              neighbour  -           -> 200
1h       1950-01-01  senior_volunteer_training  -            -              -         other_group  -> 0

table: training comes first
day 2018-05-01
minutes  born        qualifications                        -> points  refused
1h       1950-01-01  2018-05-01:senior_volunteer_training  -> 200     -
1h       1950-01-01  2018-05-02:senior_volunteer_training  -> 0       seniors
1h       -           2018-05-01:senior_volunteer_training  -> 0       seniors

story: two stints in a day are 200 points, 41 days are 8,200
day 2018-05-01
volunteer  mei  born 1950-01-01
state      mei  qualifications=senior_volunteer_training
record     mei  home  09:00-09:40          -> 200 points
record     mei  home  14:00-14:40          -> 0 points
day + 1
repeat daily for 40 days
  record   mei  home  09:00-09:40          -> 200 points
balance    mei  8200 points
day 2019-12-31
balance    mei  8200 points
day 2020-01-01
balance    mei  0 points
