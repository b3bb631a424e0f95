# 每张表是一种写法，正反两面都有。 / Each table is one way of writing a rule, from both sides of its edge.

table: R37: four hours a person and day, six a home
day 2024-03-05
served                     member  at     minutes  -> minutes  points
-                          mei     14:00  4h       -> 4h       4
-                          mei     14:00  5h       -> 4h       4
2024-03-05:4h[member=mei]  mei     14:00  1h       -> 0        0
2024-03-05:4h[member=mei]  bo      14:00  2h       -> 2h       2
2024-03-05:4h[member=mei]  bo      14:00  3h       -> 2h       2      # the home's six hours are full
2024-03-05:4h[member=mei]  bo      09:00  2h       -> 2h       2      # side by side, nothing overlaps
2024-03-04:4h[member=mei]  mei     14:00  1h       -> 1h       1

table: R37: a home is a model home together, a mainstay is one alone
day 2024-12-31
tier        served                                                                              member  -> level  missing
model_home  2024-03-05:4h[member=mei],2024-03-06:4h[member=mei],2024-03-07:1h59[member=bo]  bo      -> -      1min
model_home  2024-03-05:4h[member=mei],2024-03-06:4h[member=mei],2024-03-07:2h[member=bo]    bo      -> named  -
mainstay    2024-03-05:4h[member=mei],2024-03-06:1h[member=mei],2024-03-07:4h[member=bo]    mei     -> named  -
mainstay    2024-03-05:4h[member=mei],2024-03-06:1h[member=mei],2024-03-07:4h[member=bo]    bo      -> -      1h

# 合计由集体的账得出，例表直接写明。 / The totals come from everybody's service together; a table states them.
table: R39: a team's and a unit's totals open their bonus
day 2024-12-31
kind            measure.team_hours  measure.unit_hours  -> points
roll_call       99h59               -                   -> 0
roll_call       100h                -                   -> 5
unit_roll_call  100h                999h59              -> 0
unit_roll_call  100h                1000h               -> 20
roll_call       -                   1000h               -> 0

table: R44: what a unit's goal brings is to the credit of the home and the work unit
day 2024-12-31
kind            measure.team_hours  measure.unit_hours  -> points  credited
roll_call       100h                -                   -> 5       -
unit_roll_call  -                   1000h               -> 20      home,work
unit_roll_call  -                   999h59              -> 0       -
