# 规则取自公益时间银行 2019，不足一分的部分累计到下次。
# The Guangzhou rules, but what is below a point is carried to the next record.

story: three times forty minutes are two points
day 2026-03-02
record   ann  reviews  09:00-09:40          -> 40 min, 0 points, settled
record   ann  reviews  10:00-10:40          -> 40 min, 1 points
record   ann  reviews  11:00-11:40          -> 40 min, 1 points
balance  ann  2 points, 2h
says     ann  reviews  contains "Points rounded"

story: the last minute that does not make a point, and the first that does
day 2026-03-02
record   ann  reviews  09:00-09:59          -> 0 points
record   ann  triage   10:00-10:01          -> 1 points
balance  ann  1 points, 60 min

story: seconds are dropped, and a late record moves the carried minutes
day 2026-03-02
record   ann  reviews  09:00:00-09:40:59    -> 40 min, 0 points
record   ann  reviews  10:00-10:40          -> 1 points
record   ann  triage   2026-03-01T20:00-20:30  -> 30 min
balance  ann  1 points, 1h50
record   ann  triage   2026-03-01T21:00-21:10  -> 10 min, 1 points
balance  ann  2 points, 2h

story: redeeming opens at 100 h, and the merchant confirms
day 2026-03-02
repeat daily for 11 days
  record  ann  reviews  09:00-18:00         -> 9 points
hold     h1  ann  museum_ticket             -> refused not_eligible  required 100h available 99h
record   ann  reviews  19:00-20:00          -> 1 points
hold     h1  ann  museum_ticket             -> open, 20 points
confirm  h1  at museum                      -> confirmed
hold     h2  ann  tote_bag                  -> open, 5 points
balance  ann  75 points, 5 held, 100h

story: above the ceiling points can only be donated
day 2026-03-02
opening  ann  1499
record   ann  reviews  09:00-11:00          -> 2 points
balance  ann  1500 points, 1 donate_only

table: points are given to anyone, and to people only
day 2026-03-02
transfer             give  -> by        lots     refused
volunteer:volunteer  3     -> donation  restart  -
volunteer:partner    3     -> -         -        no_rule

table: each reward as often as its rule says, to the last day of its window
reward              redeemed    day         -> refused
tote_bag            2026-03-01  2026-03-31  -> tote_bag_limit_1
tote_bag            2026-03-01  2026-04-01  -> -
