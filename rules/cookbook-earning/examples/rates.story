# 每张表是一种写法，正反两面都有。 / Each table is one way of writing a rule, from both sides of its edge.

table: R2, R9: a rate by category, in halves of a point
day 2024-03-04
minutes  category  -> points
1h       planting  -> 2
1h       reading   -> 1
1h       idling    -> 0
14min    planting  -> 0
15min    planting  -> 0.5
44min    reading   -> 0.5
1h29     reading   -> 1

table: R3: flat per occasion, from half an hour on
day 2024-03-04
minutes  category  -> minutes  points
29min    patrol    -> 29min    0
30min    patrol    -> 30min    5
5h       patrol    -> 5h       5

table: R4: organisers earn more, and a held role earns by the month
day 2024-03-04
minutes  kind       category  role       roles                        day         -> points
1h       -          gala      organiser  -                            2024-03-04  -> 5
1h       -          gala      helper     -                            2024-03-04  -> 0
-        month_end  -         -          block_leader                 2024-03-31  -> 3
-        month_end  -         -          2024-03-31:block_leader      2024-03-31  -> 3
-        month_end  -         -          2024-04-01:block_leader      2024-03-31  -> 0

table: R5, R6: a coefficient with decimals by level, and a multiplier on holidays
minutes  category  level      day         -> points
10h      rescue    city       2024-03-04  -> 15
10h      rescue    street     2024-03-04  -> 12
10h      rescue    community  2024-03-04  -> 10
1h       rescue    community  2024-09-30  -> 1
1h       rescue    community  2024-10-01  -> 3          # National Day
1h       rescue    city       2024-10-01  -> 4.5
1h       rescue    community  2024-10-12  -> 1          # a Saturday that is worked

table: R7: the rate rises with the hours so far, and a record across the threshold is split
day 2024-06-03
minutes  category  served                            -> points
2h       care      2024-01-01:97h[category=care]     -> 2
2h       care      2024-01-01:98h[category=care]     -> 2
2h       care      2024-01-01:99h[category=care]     -> 3
2h       care      2024-01-01:100h[category=care]    -> 4
2h       care      2024-01-01:100h[category=duty]    -> 2

table: R8: the first 20 hours of a year earn nothing
day 2024-06-03
minutes  category  served                            -> minutes  points
2h       duty      -                                 -> 2h       0
2h       duty      2024-02-01:18h[category=duty]     -> 2h       0
2h       duty      2024-02-01:19h[category=duty]     -> 2h       1
2h       duty      2024-02-01:20h[category=duty]     -> 2h       2
2h       duty      2023-02-01:20h[category=duty]     -> 2h       0

table: R12: at most 20 points in a fiscal year, which begins on 1 April
minutes  category  served                               day         -> points
30min    patrol    2024-01-02:1h*3[category=patrol]     2024-03-31  -> 5
30min    patrol    2024-01-02:1h*4[category=patrol]     2024-03-31  -> 0
30min    patrol    2024-01-02:1h*4[category=patrol]     2024-04-01  -> 5
30min    patrol    2024-04-01:1h*4[category=patrol]     2025-03-31  -> 0

table: R14: by steps
day 2024-03-04
minutes  category  -> points
59min    fair      -> 0
1h       fair      -> 2
3h59     fair      -> 2
4h       fair      -> 5
9h       fair      -> 5

table: R24: to the end of the next year, once longer, and half a year
minutes  category  day         -> points  until
1h       reading   2024-05-06  -> 1       2025-12-31
1h       reading   2025-12-31  -> 1       2026-12-31
1h       reading   2026-01-01  -> 1       2028-06-30
1h       reading   2026-12-31  -> 1       2028-06-30
1h       reading   2027-01-01  -> 1       2027-07-01
1h       reading   2027-08-31  -> 1       2028-02-29      # a leap year

table: R41: a bonus for joining
day 2024-03-04
kind    -> points
joined  -> 5
